"""Everything that the desk sends from the box."""
