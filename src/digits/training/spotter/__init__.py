"""Training of the network that finds digits in a row: composed strips, layers, training loop, weight averaging."""
