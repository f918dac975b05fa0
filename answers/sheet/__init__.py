"""The consultation sheet (相談カルテ) as a document to keep: Markdown and PDF."""
