"""A hotel's numbers at Green API: reaching them, their state, what is wrong with them."""
