"""Who plays in the tests and what each of them does: one name for a person, one for a deed."""
