"""A look inside the network: its layers and their cost, its filters, its response to an image, what it has learnt.

``graph`` reads the ONNX file, ``layers`` takes the network apart, ``explain`` asks it questions, ``drawings`` shows
answers. Nothing here trains.
"""
