"""Back room: the bytes of files. Where they lie, what they are, what they are called; no database."""
