"""One conversation: its bubbles and what can be done with a message."""
