"""Organisations, the people in them, their roles and sign-ins."""
