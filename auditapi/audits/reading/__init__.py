"""Audits read: lists, one audit whole, its score, its activity."""
