"""The reference pages, written from the ontology, the shapes and the queries."""
