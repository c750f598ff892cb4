"""The management plan: the engine, the steps and their status, and the plan as RDF."""
