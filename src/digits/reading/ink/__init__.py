"""A grey picture goes in; its ink comes out, without printed lines and rings, and as connected components.

Ink is told from paper (background.py, binarization.py), and what was printed is taken out (line_removal.py,
enclosures.py).
Nothing here asks a network.
"""
