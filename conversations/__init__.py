"""The one store of conversations and the one gate every turn passes through."""
