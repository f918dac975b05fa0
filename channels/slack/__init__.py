"""Slack: direct messages, mentions, threads, App Home, slash command, modal of the sheet."""
