"""A look inside the network: its layers and what each costs, its filters, what an image does to it, what it learnt.

``layers`` takes the ONNX file apart, ``explain`` asks it questions, ``drawings`` shows answers. Nothing here trains.
"""
