"""The contestants of inference.py, the processes they run in, and the start-up of whole programs."""
