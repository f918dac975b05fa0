"""Readers of file formats; they run in the worker process only."""
