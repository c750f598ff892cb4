"""The back end that writes the algebra of the compiler as SQL, for many cases at once."""
