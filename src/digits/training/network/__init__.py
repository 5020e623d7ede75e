"""The digit network: its layers, the two that Keras makes slow, its optimizer, and what its layers say."""
