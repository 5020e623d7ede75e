"""How the server runs: its socket, its processes, its signals, and how bytes become requests."""
