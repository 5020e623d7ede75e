"""The formats of labelled images, one module each; ``reader`` tells which format a file or folder has."""
