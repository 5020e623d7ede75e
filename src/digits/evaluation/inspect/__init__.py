"""A look inside the network: its layers and what each costs, its filters, what an image does to it, what it learnt.

``graph`` reads the ONNX file, ``layers`` takes the network apart, ``explain`` asks it questions, ``drawings`` shows
answers. Nothing here trains.
"""
