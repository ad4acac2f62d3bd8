"""The last way out: a file of unsent audits from a phone that can't send them itself."""
