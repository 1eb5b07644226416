"""Hotels, their staff, who is signed in, and the tokens of their programs."""
