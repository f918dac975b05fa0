"""What an operator sees of a running server: health, metrics, traces, logs, backups."""
