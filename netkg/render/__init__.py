"""Answers for people: terminal text, Markdown, HTML and notebooks."""
