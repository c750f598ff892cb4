"""The SHACL shapes, and the validation of cases against them."""
