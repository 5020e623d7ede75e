"""The model folder: model.onnx and model.json, found, verified, read and written. The shipped model lives here."""
