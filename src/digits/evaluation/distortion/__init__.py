"""Digits made harder to read, and how a reader does on them."""
