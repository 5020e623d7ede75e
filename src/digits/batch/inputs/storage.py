"""A path or an fsspec address goes in; the file there, its names and its state come out.

Only addresses such as ``s3://bucket/key`` go through fsspec, which is imported for them alone. Paths go straight to the
system, which knows names that are no UTF-8.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, cast

from digits.errors import BatchError, DataError, MissingExtraError, shorten

_ADDRESS = "://"


def is_address(place: str) -> bool:
    """Tell whether ``place`` is an address for fsspec, not a path."""
    return _ADDRESS in place


def join(place: str, name: str) -> str:
    """Return ``name`` below ``place``; ``name`` itself where it is an address or an absolute path."""
    if is_address(name):
        return name
    return f"{place.rstrip('/')}/{name}" if is_address(place) else os.path.join(place, name)


def parent(place: str) -> str:
    """Return the folder that ``place`` lies in."""
    return place.rpartition("/")[0] if is_address(place) else os.path.dirname(place)


@contextmanager
def told(place: str) -> Iterator[None]:
    """Make a ``DataError`` of whatever goes wrong at ``place``: each file system of fsspec has its own errors."""
    try:
        yield
    except DataError:
        raise
    except Exception as error:
        what = getattr(error, "strerror", None) or f"{type(error).__name__}: {error}"
        raise DataError(
            f"expected to read {shorten(place)}; {shorten(what)}; check the name and your rights{_advice(place, error)}"
        ) from error


def file_system(address: str) -> tuple[Any, str]:
    """Return the fsspec file system of ``address``, and the path in it.

    Raises:
        MissingExtraError: fsspec, or the package for this kind of address, is not installed.
        BatchError: fsspec knows no such address.
    """
    try:
        import fsspec

        system, path = fsspec.core.url_to_fs(address)
        system.invalidate_cache()  # it would remember what a folder held before others wrote there
        return system, cast("str", path)
    except ImportError as error:
        raise MissingExtraError("fsspec and the package for this kind of address", shorten(address), "batch") from error
    except ValueError as error:
        raise BatchError(
            f"expected a path or an address such as s3://bucket/folder, got {shorten(address)}; {shorten(error)}; "
            "check how it is written"
        ) from error


def open_file(place: str) -> BinaryIO:
    """Open the file at ``place``; use it within ``told``."""
    if not is_address(place):
        return open(place, "rb")
    system, path = file_system(place)
    return cast("BinaryIO", system.open(path, "rb"))


def fingerprint(place: str) -> str:
    """Return the size of the file at ``place`` and what tells that it was changed; use it within ``told``."""
    if not is_address(place):
        state = os.stat(place)
        return f"{state.st_size}:{state.st_mtime_ns}"
    system, path = file_system(place)
    info = system.info(path)
    changed = next((str(info[key]) for key in ("ETag", "etag", "LastModified", "mtime", "md5Hash") if key in info), "")
    return f"{info.get('size')}:{changed}"


def _advice(place: str, error: Exception) -> str:
    """Where a cloud's client looks for credentials, if that is what it lacks; what it found is never printed."""
    if "credential" not in f"{type(error).__name__} {error}".lower():
        return ""
    if place.startswith(("s3://", "s3a://")):
        return (
            ": set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE for one of ~/.aws/credentials; "
            "for a public bucket, FSSPEC_S3_ANON=true"
        )
    if place.startswith(("gs://", "gcs://")):
        return ": set GOOGLE_APPLICATION_CREDENTIALS to a key file, or run gcloud auth application-default login"
    return ": see how fsspec's file system for this address finds its credentials"
