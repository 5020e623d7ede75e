"""Write docs/test_vector.json: one drawn digit, its frame and its probabilities, for people who port the reader.

Usage: python docs/make_test_vector.py [FILE]

A 4 whose top is nearly closed, so that the answer hangs on every pixel. The frame is made by digits itself and the
probabilities by the shipped float32 network, as it is exported; tests/house/docs/test_ports.py checks both.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from digits.reading.recognition.frame import frame_digit
from digits.reading.recognition.network.classifier import onnxruntime  # there its telemetry is off

PATH = Path(__file__).with_name("test_vector.json")
MODEL = Path(__file__).parents[1] / "src" / "digits" / "model" / "shipped" / "model.onnx"
# Drawn four times as large as it is kept, in (x, y).
SIZE, PEN_PX, SHRINK = (240, 320), 28, 4
STROKES = (((70, 60), (60, 160), (160, 160)), ((165, 60), (160, 270)), ((70, 60), (117, 60)))


def main() -> None:
    """Write the file."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else PATH
    path.write_text(render(make_vector()), encoding="utf-8")


def make_vector() -> dict[str, object]:
    """Return the drawing, its frame and its probabilities."""
    ink = _draw()
    frame = frame_digit((ink / 255).astype(np.float32))
    session = onnxruntime.InferenceSession(MODEL, providers=["CPUExecutionProvider"])
    frames = frame.astype(np.float32)[np.newaxis, :, :, np.newaxis] / 255
    (probabilities,) = session.run(["probabilities"], {"frames": frames})
    return {
        "model_sha256": hashlib.sha256(MODEL.read_bytes()).hexdigest(),
        "ink": ink.tolist(),
        "frame": frame.ravel().tolist(),
        "probabilities": [round(float(value), 7) for value in probabilities[0]],
    }


def render(vector: dict[str, object]) -> str:
    """Return JSON with a row of pixels in each line."""
    ink, frame = np.array(vector["ink"]), np.array(vector["frame"]).reshape(28, 28)
    return (
        f'{{\n  "model_sha256": {json.dumps(vector["model_sha256"])},\n  "ink": [\n'
        + ",\n".join(f"    {json.dumps(row.tolist())}" for row in ink)
        + '\n  ],\n  "frame": [\n'
        + ",\n".join(f"    {json.dumps(row.tolist())[1:-1]}" for row in frame)
        + f'\n  ],\n  "probabilities": {json.dumps(vector["probabilities"])}\n}}\n'
    )


def _draw() -> np.ndarray:
    picture = Image.new("L", SIZE)
    pen, reach = ImageDraw.Draw(picture), PEN_PX // 2
    for stroke in STROKES:
        pen.line(stroke, fill=255, width=PEN_PX, joint="curve")
        for x, y in stroke:
            pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill=255)
    return np.asarray(picture.reduce(SHRINK))


if __name__ == "__main__":
    main()
