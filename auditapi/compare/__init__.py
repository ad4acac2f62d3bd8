"""Stores beside each other, for head office and regions."""
