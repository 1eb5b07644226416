"""Everything that goes to Green API, from the queued row to its acceptance."""
