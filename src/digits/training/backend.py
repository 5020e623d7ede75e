"""The one place that starts Keras and TensorFlow, with explicit threads, precision and seed.

Do not import ``keras`` or ``tensorflow`` elsewhere before ``prepare`` has run, or the settings come too late.
"""

from __future__ import annotations

import contextlib
import logging
import os
import platform
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from digits.errors import MissingExtraError, RunError

NEWEST_PYTHON = (3, 13)  # that TensorFlow is released for
FLOAT32, BFLOAT16 = "float32", "mixed_bfloat16"
RECORDED_PACKAGES = ("digits", "keras", "tensorflow", "tensorflow-cpu", "numpy", "onnx", "onnxruntime")


@dataclass(frozen=True)
class Environment:
    """What a result depends on besides recipe, seed and data; the same environment gives the same weights."""

    threads: int
    precision: str  # "float32" or "mixed_bfloat16"
    device: str  # "cpu" or the GPU's name
    machine: str
    versions: dict[str, str]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def prepare(*, threads: int | None, bfloat16: bool, parts: int = 1) -> Environment:
    """Start TensorFlow and choose the precision; call it before anything else in this package.

    Args:
        threads: how many TensorFlow may use; None leaves it as it is.
        bfloat16: whether to use bfloat16 where the device has units for it.
        parts: how many parts of a batch are computed side by side (data_parallel.py). A process that already runs as
            many threads with another split keeps that split, which is slower and may round differently.

    Raises:
        MissingExtraError: Keras or TensorFlow is not installed.
        RunError: TensorFlow already runs in this process with another number of threads.
    """
    tensorflow = _import_tensorflow()
    if threads is not None:
        _share_out(tensorflow.config.threading, threads, parts)
    gpus = tensorflow.config.list_physical_devices("GPU")
    device = tensorflow.config.experimental.get_device_details(gpus[0]).get("device_name", "gpu") if gpus else "cpu"
    has_bfloat16 = _gpu_has_bfloat16(tensorflow, gpus[0]) if gpus else cpu_has_bfloat16()
    return Environment(
        threads=_threads(tensorflow.config.threading),
        precision=BFLOAT16 if bfloat16 and has_bfloat16 else FLOAT32,
        device=str(device),
        machine=f"{platform.system()} {platform.machine()} {cpu_name()}",
        versions={"python": platform.python_version(), **_package_versions()},
    )


def _share_out(threading: Any, threads: int, parts: int) -> None:
    """Let up to ``parts`` operations run at once, as many as share the threads evenly."""
    side_by_side = max(count for count in range(1, min(threads, parts) + 1) if threads % count == 0)
    try:
        threading.set_intra_op_parallelism_threads(threads // side_by_side)
        threading.set_inter_op_parallelism_threads(side_by_side)
    except RuntimeError as error:
        if _threads(threading) != threads:
            raise RunError(
                f"expected to set {threads} threads before TensorFlow starts, but it already runs in this process with "
                f"{_threads(threading)}; train in a new process or keep that number"
            ) from error


def _threads(threading: Any) -> int:
    """Return how many threads TensorFlow was told to use; 0 leaves it to TensorFlow."""
    return int(threading.get_intra_op_parallelism_threads() * threading.get_inter_op_parallelism_threads())


def require() -> None:
    """Raise MissingExtraError unless Keras, TensorFlow and onnx are installed; imports none of them.

    Raise RunError if no release of TensorFlow supports this Python.
    """
    missing = [name for name in ("keras", "tensorflow", "onnx") if find_spec(name) is None]
    if missing and sys.version_info[:2] > NEWEST_PYTHON:
        newest, here = (".".join(map(str, one)) for one in (NEWEST_PYTHON, sys.version_info[:2]))
        raise RunError(
            f"expected Python 3.11 to {newest} for training and exporting, got {here}, for which TensorFlow has no "
            f"release; train in an environment with python{newest}, then read with the model here"
        )
    if missing:
        raise MissingExtraError(", ".join(missing), "training and exporting", "train")


def cpu_has_bfloat16() -> bool:
    """Tell whether the processor multiplies bfloat16 itself (AVX512-BF16 or AMX); if not, float32 is quicker."""
    flags = _cpu_info("flags")
    return "avx512_bf16" in flags or "amx_bf16" in flags


def cpu_name() -> str:
    return _cpu_info("model name") or platform.processor()


@contextmanager
def quiet() -> Iterator[None]:
    """Hold back TensorFlow's output, also that of its C++ parts; show it only when something fails.

    Its loaders and exporters write straight to the file descriptors, so those are redirected. A notebook's standard
    error is not a descriptor, so absl's warnings are turned off for it.
    """
    absl = logging.getLogger("absl")
    level = absl.level
    sys.stdout.flush()
    sys.stderr.flush()
    saved = os.dup(1), os.dup(2)
    with tempfile.TemporaryFile() as captured, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            absl.setLevel(logging.ERROR)
            os.dup2(captured.fileno(), 1)
            os.dup2(captured.fileno(), 2)
            yield
        except (OSError, KeyboardInterrupt):  # they say all themselves
            raise
        except BaseException:
            captured.seek(0)
            os.write(saved[1], captured.read())
            raise
        finally:
            absl.setLevel(level)
            sys.stdout.flush()
            sys.stderr.flush()
            for target, descriptor in enumerate(saved, start=1):
                os.dup2(descriptor, target)
                os.close(descriptor)


def _import_tensorflow() -> Any:
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    _take_onednn()
    require()
    with quiet():
        import keras  # noqa: F401  (woken here, so that its greeting is held back too)
        import tensorflow
    return tensorflow


def _take_onednn() -> None:
    """Ask for oneDNN's kernels, which nearly double the speed of a training, unless the user decided otherwise.

    By default TensorFlow uses them only on processors with AVX512-VNNI, AVX512-BF16 or AMX.
    """
    if platform.machine() in ("x86_64", "AMD64"):
        os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")


def _gpu_has_bfloat16(tensorflow: Any, gpu: Any) -> bool:
    capability = tensorflow.config.experimental.get_device_details(gpu).get("compute_capability", (0, 0))
    return bool(capability >= (8, 0))


def _cpu_info(key: str) -> str:
    path = Path("/proc/cpuinfo")
    if not path.exists():
        return ""
    for line in path.read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == key:
            return value.strip()
    return ""


def _package_versions() -> dict[str, str]:
    versions = {}
    for package in RECORDED_PACKAGES:
        with contextlib.suppress(PackageNotFoundError):
            versions[package] = version(package)
    return versions
