"""What follows from a case: rules, facts, verdicts, and the reasons for them."""
