"""A training that may be interrupted: its folder, its state after each epoch, and Ctrl-C."""
