"""The formats that labelled images come in, a module each; ``reader`` tells which one a file or folder has."""
