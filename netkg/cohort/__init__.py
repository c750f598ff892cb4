"""The plans of the cases of a registry, as tables."""
