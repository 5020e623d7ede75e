"""A bucket: a real S3 server on this machine, in an environment of its own, because s3fs wants an older dateutil."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow

SCRIPT = """
import io, json, os, subprocess, sys, tarfile
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(port=0, verbose=False)
server.start()
os.environ["AWS_ENDPOINT_URL"] = "http://%s:%s" % server.get_host_and_port()
import s3fs
bucket = s3fs.S3FileSystem()
bucket.mkdir("s3://pictures")
folder = sys.argv[1]
bucket.put(folder, "s3://pictures/in", recursive=True)
packed = io.BytesIO()
with tarfile.open(fileobj=packed, mode="w") as archive:
    archive.add(folder, "packed")
bucket.pipe_file("s3://pictures/in/a.tar", packed.getvalue())

def digits(*arguments, **environment):
    command = [sys.executable, "-m", "digits", "batch", *arguments, "--single"]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment})
    return [done.returncode, done.stdout + done.stderr]

import pyarrow.parquet as pq
said = {"read": digits("s3://pictures/in", "--out", "s3://pictures/out/a.parquet")}
bucket.invalidate_cache()
with bucket.open("s3://pictures/out/a.parquet") as file:
    said["sources"] = [row["source"] for row in pq.read_table(file).to_pylist()]
said["left"] = bucket.find("s3://pictures/out")
said["again"] = digits("s3://pictures/in", "--out", "s3://pictures/out/a.parquet")
said["absent"] = digits("s3://vanished/in", "--out", "b.parquet")
nobody = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "HOME": folder, "AWS_EC2_METADATA_DISABLED": "true"}
said["nobody"] = digits("s3://pictures/in", "--out", "c.parquet", **nobody)
server.stop()
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with this package, s3fs and moto."""
    folder = tmp_path_factory.mktemp("s3")
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv"
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, folder], check=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    install = [uv, "pip", "install", "--quiet", "--python", python, f"{ROOT}[batch]", "s3fs", "moto[server]"]
    done = subprocess.run(install, capture_output=True, text=True, check=False)
    if done.returncode:
        assert not os.environ.get("CI"), done.stderr
        pytest.skip(f"cannot install s3fs and moto: {done.stderr.strip()[-200:]}")
    return python


def test_a_bucket_is_read_into_a_table_in_the_bucket(
    python: Path, folder: Path, tmp_path: Path, pngs: Mapping[str, bytes]
) -> None:
    keys = {"AWS_ACCESS_KEY_ID": "somebody", "AWS_SECRET_ACCESS_KEY": "not to be printed", "AWS_REGION": "us-east-1"}
    environment = {**os.environ, **keys}
    environment.pop("PYTHONPATH", None)
    done = subprocess.run(
        [python, "-c", SCRIPT, folder], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["read"][0] == 0, said["read"]
    assert len(said["sources"]) == len(set(said["sources"])) == 80
    assert all(source.startswith("s3://pictures/in/") for source in said["sources"])
    assert {source.rpartition("/")[2] for source in said["sources"]} == set(pngs)
    assert said["left"] == ["pictures/out/a.parquet"]
    assert said["again"][0] == 1
    assert "it exists" in said["again"][1]
    assert said["absent"][0] == 1
    assert "s3://vanished/in" in said["absent"][1]
    assert said["nobody"][0] == 1
    assert "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY" in said["nobody"][1]
    assert "not to be printed" not in json.dumps(said)
