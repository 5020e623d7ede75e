"""Networks as ONNX files: opened safely, and run on as many threads as there are cores. The one user of onnxruntime."""
