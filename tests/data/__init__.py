"""Lint of the hand-written data: intents, rules, wording, spans."""
