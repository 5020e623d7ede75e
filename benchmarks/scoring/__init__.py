"""What stands on a picture against what is read there: how alike they are, cell by cell, and what OCR programs read."""
