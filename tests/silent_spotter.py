"""A spotter that answers otherwise than the shipped one, for tests that exchange it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from digits.model.folder import SHIPPED


def mute_spotter(path: Path) -> Path:
    """Write a spotter that sees no digit anywhere: the answers of the shipped one times nought."""
    onnx = pytest.importorskip("onnx")
    model = onnx.load(SHIPPED / "spotter.onnx")
    (last,) = [node for node in model.graph.node if "answers" in node.output]
    last.output[0] = "before"
    nothing = np.array([50] + 14 * [0], np.float32)
    model.graph.initializer.append(onnx.numpy_helper.from_array(np.zeros(1, np.float32), "nought"))
    model.graph.initializer.append(onnx.numpy_helper.from_array(nothing, "nothing"))
    model.graph.node.append(onnx.helper.make_node("Mul", ["before", "nought"], ["muted"]))
    model.graph.node.append(onnx.helper.make_node("Add", ["muted", "nothing"], ["answers"]))
    onnx.save(model, path)
    return path
