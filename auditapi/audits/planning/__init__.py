"""Rounds, assignments, and what a phone needs to carry them out without a network."""
