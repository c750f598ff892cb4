"""Two plans side by side, and the edits of a case that lead from one to the other."""
