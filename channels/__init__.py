"""Connectors: each turns a channel's messages into the gate's and renders its answers."""
