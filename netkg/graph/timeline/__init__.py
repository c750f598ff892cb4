"""The timeline of a case: what was done, what is due, and when."""
