"""The one truth: records built from documents, and what can be asked of them.

Imports no other room of the project and no Rasa.
"""
