"""The light install reads with each Python that it is declared for, and with the oldest packages allowed.

``make matrix`` sets MATRIX=whole and runs all that the light install is for; ``make test`` runs the quick part.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import matrix
import pytest

OWN = "{}.{}".format(*sys.version_info)  # all other tests run with it
TESTS = matrix.WHOLE if os.environ.get("MATRIX") == "whole" else matrix.QUICK


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return matrix.build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.mark.slow
@pytest.mark.parametrize("environment", [one for one in matrix.environments() if one != OWN])
def test_the_light_install_reads_in(environment: str, wheel: Path, tmp_path: Path) -> None:
    pytest.importorskip("uv", reason="needs uv, which requirements/dev.txt has")
    python = matrix.find_python(environment)
    if python is None:
        pytest.skip(f"no Python {environment} on this machine")
    done = matrix.run_tests(matrix.make_environment(environment, python, wheel, tmp_path / "venv"), TESTS)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_matrix_has_every_python_declared_and_the_oldest_packages() -> None:
    assert matrix.environments() == ["3.11", "3.12", "3.13", "3.14", "oldest"]


def test_a_python_that_is_not_here_is_not_found() -> None:
    assert matrix.find_python("3.99") is None
    assert matrix.find_python(OWN) is not None
