"""The places of nodes, the widths of letters and the looks of a drawing."""
