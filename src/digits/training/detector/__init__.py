"""Training of the detector: composed pages, the network, its loss, the loop, and the ONNX file."""
