"""Everything that comes from Green API, from the raw body to the rows."""
