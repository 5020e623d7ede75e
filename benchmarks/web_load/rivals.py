"""Other ways to serve the same network: a plain FastAPI endpoint that calls Keras, and a plain Gradio app.

Usage: python rivals.py keras|gradio PORT. Written as their own first examples are.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

MODEL = Path(__file__).parents[2] / "models" / "CNN_mnist.h5"


def serve_keras(port: int) -> None:
    """Serve ``POST /predict`` with {"image": 28 rows of 28 numbers}."""
    import fastapi
    import keras
    import numpy as np
    import pydantic
    import uvicorn

    model = keras.models.load_model(MODEL, compile=False)
    model.predict(np.zeros((1, 28, 28, 1), np.float32), verbose=0)
    app = fastapi.FastAPI()

    class Question(pydantic.BaseModel):
        image: list[list[float]]

    globals()["Question"] = Question  # where FastAPI looks for it

    @app.post("/predict")
    def predict(question: Question) -> dict[str, Any]:
        probabilities = model.predict(np.array(question.image, np.float32)[None, ..., None], verbose=0)[0]
        return {"value": int(probabilities.argmax()), "probabilities": probabilities.tolist()}

    uvicorn.run(app, port=port, log_level="warning")


def serve_gradio(port: int) -> None:
    """Serve an image box and a label, with our reader behind it."""
    import gradio

    import digits

    reader = digits.load(threads=1)

    def classify(image: Any) -> dict[str, float]:
        digit = reader.classify([image])[0]
        return {str(value): probability for value, probability in enumerate(digit.probabilities)}

    gradio.Interface(classify, "image", "label", api_name="predict").launch(server_port=port, quiet=True)


if __name__ == "__main__":
    {"keras": serve_keras, "gradio": serve_gradio}[sys.argv[1]](int(sys.argv[2]))
