"""A path that is no model folder goes in; what it is and which program opens it come out. Opens no network."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Found:
    """``kind`` is a noun with its article; ``opener`` the program for it, None where digits knows of none."""

    kind: str
    opener: str | None = None


KERAS = "keras.models.load_model"
FIRST_BYTES_NEEDED = 8
SIGNATURES = (  # where it begins, the bytes, what they show
    (0, b"\x89HDF\r\n\x1a\n", Found("an HDF5 file, as Keras writes them", KERAS)),
    (4, b"TFL3", Found("a LiteRT file", "LiteRT")),
)
ENDINGS = {  # these have no bytes of their own: a zip archive, and a protocol buffer that begins anyhow
    ".keras": Found("a Keras file", KERAS),
    ".onnx": Found("an ONNX file", "onnxruntime"),
    ".pt": Found("a PyTorch file", "PyTorch"),
    ".pth": Found("a PyTorch file", "PyTorch"),
}


def recognize(path: Path) -> Found:
    """Say what the file or folder ``path`` is, by its first bytes where they tell.

    Raises:
        OSError: it may not be read.
    """
    if path.is_dir():
        if (path / "saved_model.pb").is_file():
            return Found("a TensorFlow SavedModel", "tensorflow.saved_model.load")
        return Found("a folder without model.json and model/model.json")
    with path.open("rb") as file:
        head = file.read(FIRST_BYTES_NEEDED)
    if not head:
        return Found("an empty file")
    for start, signature, found in SIGNATURES:
        if head[start : start + len(signature)] == signature:
            return found
    return ENDINGS.get(path.suffix.lower(), Found("a file of another kind"))
