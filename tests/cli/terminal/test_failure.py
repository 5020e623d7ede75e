"""What a person is told about an exception: their file, or a bug of ours, and where to see more."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from pathlib import Path

import pytest

import digits
from digits.cli.terminal.failure import describe
from digits.errors import LINE_LENGTH, ModelError

ADVICE = "check the path, its permissions and the free space"


def fail_with(error: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``digits data``, in which ``error`` is raised."""
    code = (
        "import digits.cli\n"
        f"def fail(**_): raise {error}\n"
        "digits.cli.app.commands['data'].callback = fail\n"
        "digits.cli.main()"
    )
    command = [sys.executable, "-c", code, "data", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "error",
    [
        FileNotFoundError(errno.ENOENT, "No such file or directory", "photo.png"),
        PermissionError(errno.EACCES, "Permission denied", b"runs/a"),
        OSError(errno.ENOSPC, "No space left on device"),
    ],
)
def test_a_file_that_the_system_refuses_is_a_sentence_about_the_file(error: OSError) -> None:
    assert describe(error) == f"{error.strerror}: {error.filename or 'a file'}; {ADVICE}"


@pytest.mark.parametrize(
    "error",
    [
        OSError("cannot identify image file"),
        OSError(errno.EBADF, "Bad file descriptor"),
        OSError(errno.EBADF, "Bad file descriptor", 3),
        FileNotFoundError(errno.ENOENT, "No such file", str(Path(digits.__file__).with_name("absent.onnx"))),
        ValueError("math domain error"),
        EOFError(),
    ],
)
def test_an_error_that_no_file_of_theirs_caused_is_called_a_bug(error: Exception) -> None:
    assert ADVICE not in describe(error)
    assert describe(error).startswith(f"digits itself failed, with {type(error).__name__}: ")
    assert "--debug" in describe(error)


def test_a_bug_is_told_with_the_line_of_this_package_that_it_came_through() -> None:
    with pytest.raises(TypeError) as caught:
        digits.errors.shorten_words(3)  # type: ignore[arg-type]
    assert "(errors.py, line " in describe(caught.value)


@pytest.mark.parametrize("error", ["OSError('odd')", "EOFError()", "ZeroDivisionError('by zero')"])
def test_a_bug_exits_1_with_a_sentence(error: str) -> None:
    done = fail_with(error)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.strip().splitlines()[-1].startswith("error: digits itself failed, with ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("error", ["OSError('odd')", "ZeroDivisionError('by zero')", "digits.errors.DataError('odd')"])
def test_with_debug_the_traceback_stands_above_the_same_sentence(error: str) -> None:
    plain, full = fail_with(error), fail_with(error, "--debug")
    assert full.returncode == 1
    assert full.stderr.startswith("Traceback (most recent call last):")
    assert "in fail" in full.stderr
    assert full.stderr.endswith(plain.stderr)


def test_with_debug_a_picture_that_cannot_be_read_shows_its_traceback_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "no.png").write_text("no picture")
    command = [sys.executable, "-m", "digits", "read", "no.png", "absent.png", "--json"]
    done = subprocess.run([*command, "--debug"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert json.loads(done.stdout)["failed"] == 2
    assert done.stderr.count("digits.errors.ImageError: ") == 2


@pytest.mark.parametrize("text", ["spam-and-" * 700, "spam and " * 700, "spam\n" * 1400])
@pytest.mark.parametrize(
    "arguments",
    [
        ["{}"],
        ["--{}"],
        ["evaluate", "a", "{}"],
        ["evaluate", "--{}"],
        ["train", "--recipe", "{}"],
        ["train", "--recipe={}"],
        ["train", "--epochs", "{}"],
        ["read", "a.png", "--field", "{}"],
    ],
)
def test_wrong_use_repeats_a_line_of_a_long_argument(
    arguments: list[str], text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["digits", *(one.format(text) for one in arguments)])
    with pytest.raises(SystemExit) as left:
        digits.cli.main()
    assert left.value.code == 2
    assert len(capsys.readouterr().err) < 5 * LINE_LENGTH


def test_what_is_told_about_a_model_is_not_told_twice() -> None:
    assert describe(ModelError("expected a model; got none")) == "expected a model; got none"
