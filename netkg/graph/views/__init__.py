"""The views: which nodes and edges each of them has."""
