"""The commands that one types in a shell; each file has those of one subject."""
