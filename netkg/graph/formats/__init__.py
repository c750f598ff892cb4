"""The formats that a graph is written in."""
