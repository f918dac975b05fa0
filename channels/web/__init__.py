"""The chat page at `/` and the small same-origin endpoint behind it."""
