"""A reading with its stages goes in; pictures of them for people come out, as PNG bytes. Nothing here reads."""
