"""One case: its readers for JSON and RDF, its writer, and the findings on its form."""
