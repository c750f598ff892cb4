"""A process of its own, without files and network, for parsers and queries."""
