"""What a pen or a press leaves: strokes, digits in a hand, typefaces, other scripts, drawings."""
