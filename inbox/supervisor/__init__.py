"""Starts and stops the whole product on one machine: what `make run` does."""
