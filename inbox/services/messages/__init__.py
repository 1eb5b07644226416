"""What a message is and what becomes of it: contents, ticks, edits, reactions, failures."""
