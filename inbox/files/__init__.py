"""Back room: the bytes of files. Where they lie, what they are, how they are named. No database."""
