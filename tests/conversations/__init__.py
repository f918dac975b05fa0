"""Conversations with actions executed: scenarios, and every story of data/stories.yml."""
