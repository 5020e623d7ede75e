"""The digit network: its layers, the two that are slow in Keras, its optimizer, and the outputs of its layers."""
