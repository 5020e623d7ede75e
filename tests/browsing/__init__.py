"""Hands that draw on the page in a browser, and the strokes that they draw."""
