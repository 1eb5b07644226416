"""Measurements, never asserted in time. `make bench` runs them, against this machine only."""
