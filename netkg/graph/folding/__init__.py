"""The folding of a view until it fits one screen."""
