"""The runtime: pictures in, readings out. numpy, OpenCV, Pillow and onnxruntime; never Keras or TensorFlow."""
