"""Fold a view until it fits one screen."""
