"""Custom actions: one module per thing a company needs.

Actions are thin: they read what was understood, ask ``knowledge`` and say an ``Answer``.
"""
