"""Training and exporting the network: the only room that imports keras and tensorflow."""
