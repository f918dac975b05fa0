"""Benchmarks against the stock Rasa set-up and nlp.js: `python -m bench` (`make bench`)."""
