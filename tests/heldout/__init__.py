"""Held-out evaluation sets and their scoring; see README.md."""
