"""In: a path that is not a model folder. Out: its type, and the program that opens it. Opens no network."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from digits.file_type import HEAD_BYTES, ZIP, identify


@dataclass(frozen=True)
class Found:
    """``kind`` is a noun with its article; ``opener`` is the program that opens it, None if unknown."""

    kind: str
    opener: str | None = None


KERAS = "keras.models.load_model"
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
    """Return the type of the file or folder ``path``, judged by its first bytes where possible.

    Raises:
        OSError: it cannot be read.
    """
    if path.is_dir():
        if (path / "saved_model.pb").is_file():
            return Found("a TensorFlow SavedModel", "tensorflow.saved_model.load")
        return Found("a folder without model.json and model/model.json")
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    kind = identify(head)
    if kind and kind.remedy and kind is not ZIP:  # empty, an error page: whatever it is called
        return Found(kind.name)
    for start, signature, found in SIGNATURES:
        if head[start : start + len(signature)] == signature:
            return found
    return ENDINGS.get(path.suffix.lower()) or Found(kind.name if kind else "a file of another kind")
