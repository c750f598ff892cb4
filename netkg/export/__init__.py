"""What netkg knows, as files for the tools of others."""
