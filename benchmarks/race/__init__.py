"""The contestants of time_to_accuracy.py, each a module that runs in a process of its own, and what they share."""
