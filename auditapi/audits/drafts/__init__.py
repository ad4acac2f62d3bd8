"""Copies of unfinished audits, so that a lost phone costs no work."""
