"""The desk in Slack: one card and one thread per conversation in the staff's channel."""
