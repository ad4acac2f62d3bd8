"""Rounds and assignments, intake (seal → missing → complete), scores, review, reading."""
