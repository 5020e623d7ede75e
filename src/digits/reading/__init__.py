"""The runtime: pictures in, readings out. numpy, OpenCV, Pillow and onnxruntime; never Keras or TensorFlow.

page.py tells how a page is read. Each package is a stage; README.md lists them in the order of their imports.
"""
