"""What ``benchmarks/serving.py`` is made of: a client that loads a server, the work without one, and other servers."""
