"""Open Rulebook: policies in, decisions with their reasons out."""
