"""Many inputs in, one table of results out: planned in chunks, resumable, on one machine or a cluster.

What a chunk needs is one function that knows no engine (work.py); an engine only decides where it runs.
"""
