"""Receipts: a decision that can be checked by whoever it is about, with nothing about them in it but the result."""
