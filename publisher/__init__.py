"""The same policies as a website."""
