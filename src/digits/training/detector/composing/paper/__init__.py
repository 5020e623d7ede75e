"""What is written on, and what lies on it: textures, printed lines, clutter."""
