"""Regions, stores, and which of them a person may see."""
