"""Sub-commands of the `tsunagari` tool; each module exports `command`."""
