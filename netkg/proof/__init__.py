"""Proofs of verdicts: written, explained, checked again, and exported as PROV-O."""
