"""Telling other processes that there is something to look at. Doorbells, never truth (D1)."""
