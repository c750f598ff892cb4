"""SPARQL over the ontology, cases and plans."""
