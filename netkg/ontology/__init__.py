"""The ontology: its Turtle files read, and its class expressions compiled to criteria."""
