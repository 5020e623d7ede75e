"""What batch.py needs: inputs by the million, the parts of the work alone, and what people do without it."""
