"""A trained network goes in; ONNX, 8-bit integers, ensembles and the formats of other runtimes come out."""
