"""The demo chain: what a newcomer sees on an empty database."""
