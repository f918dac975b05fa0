"""The command-line tool and the assembly of the one-process server."""

__version__ = "0.1.0"
