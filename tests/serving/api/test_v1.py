"""Pictures over HTTP: what the reader says, however they are sent."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from servers import Client, changed

import digits
from digits.serving.api.examples import seven_png
from digits.serving.service import Service


def tiff(count: int) -> bytes:
    """Pages of half a digit's size; the second and last shows a 7."""
    blank, seven = Image.new("L", (56, 56), 255), Image.open(io.BytesIO(seven_png()))
    file = io.BytesIO()
    pages = [blank] * (count - 1) + [seven]
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:])
    return file.getvalue()


def test_a_picture_is_classified_as_the_reader_does(client: Client, reader: digits.Reader, seven: bytes) -> None:
    answer = client.post("/v1/classify", content=seven)
    assert answer.status_code == 200
    expected = reader.classify([seven])[0].to_dict()
    (told,) = answer.json()["digits"]
    assert told.pop("probabilities") == pytest.approx(expected.pop("probabilities"), abs=1e-5)
    assert told.pop("confidence") == pytest.approx(expected.pop("confidence"), abs=1e-5)
    assert told == expected


def test_a_page_is_read_as_the_reader_does(client: Client, reader: digits.Reader, photo: bytes) -> None:
    answer = client.post("/v1/read", content=photo)
    assert answer.status_code == 200
    told = answer.json()
    assert (told.pop("page"), told.pop("pages")) == (1, 1)
    expected = json.loads(json.dumps(reader.read(photo).to_dict()))
    assert told.keys() == expected.keys()
    assert told["text"] == expected["text"] == "3141 5926\n535 8979\n32 38462"
    assert [line["box"] for line in told["lines"]] == [line["box"] for line in expected["lines"]]


@pytest.mark.parametrize("padding", ["", "="])
@pytest.mark.parametrize("alphabet", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_data_url_is_taken_padded_or_not_and_url_safe_or_not(
    client: Client, seven: bytes, padding: str, alphabet: Callable[[bytes], bytes]
) -> None:
    text = alphabet(seven).decode()
    url = "data:image/png;base64," + (text if padding else text.rstrip("="))
    answer = client.post("/v1/classify", json={"image": url})
    assert [digit["value"] for digit in answer.json()["digits"]] == [7]


def test_one_file_of_a_form_is_answered_as_if_it_came_alone(client: Client, seven: bytes) -> None:
    answer = client.post("/v1/classify", files={"file": ("seven.png", seven)})
    assert [digit["value"] for digit in answer.json()["digits"]] == [7]


def test_each_of_many_files_has_its_digit_or_its_error(client: Client, seven: bytes) -> None:
    files = [("file", ("a.png", seven)), ("file", ("b.txt", b"no picture")), ("file", ("c.png", seven[:300]))]
    answer = client.post("/v1/classify", files=[*files, ("file", ("d.png", seven_png()))])
    assert answer.status_code == 200
    first, second, third, last = answer.json()["digits"]
    assert (first["value"], last["value"]) == (7, 7)
    assert second["error"]["status"] == 415
    assert third["error"]["status"] == 422


def test_each_of_many_pages_has_its_reading_or_its_error_by_name(client: Client, seven: bytes) -> None:
    files = [("file", ("a.png", seven)), ("file", ("b.png", b"no picture"))]
    first, second = client.post("/v1/read", files=files).json()["readings"]
    assert (first["name"], first["text"]) == ("a.png", "7")
    assert (second["name"], second["error"]["code"]) == ("b.png", "not_an_image")


def test_a_document_tells_its_pages_and_reads_the_one_that_is_named(client: Client) -> None:
    document = tiff(3)
    first = client.post("/v1/read", content=document).json()
    assert (first["text"], first["page"], first["pages"]) == ("", 1, 3)
    last = client.post("/v1/read?page=3", content=document).json()
    assert (last["text"], last["page"], last["pages"]) == ("7", 3, 3)
    beyond = client.post("/v1/read?page=4", content=document)
    assert beyond.status_code == 422
    assert "has 3 pages" in beyond.json()["error"]["message"]


def test_a_picture_that_is_said_to_hold_a_line_is_read_as_one(client: Client, photo: bytes) -> None:
    assert len(client.post("/v1/read", content=photo).json()["lines"]) == 3
    assert len(client.post("/v1/read?line=true", content=photo).json()["lines"]) == 1
    assert len(client.post("/v1/read?line=false", content=photo).json()["lines"]) == 3


def test_a_pdf_is_read_page_by_page(client: Client) -> None:
    pytest.importorskip("pypdfium2", reason="needs the extra pdf")
    page, file = Image.open(io.BytesIO(seven_png())), io.BytesIO()
    page.save(file, "PDF", save_all=True, append_images=[page], resolution=72)
    told = client.post("/v1/read?page=2", content=file.getvalue()).json()
    assert (told["text"], told["page"], told["pages"]) == ("7", 2, 2)


def test_the_overlay_is_a_png_in_the_answer(client: Client, seven: bytes) -> None:
    overlay = client.post("/v1/read?overlay=png", content=seven).json()["overlay"]
    head, _, data = overlay.partition(",")
    assert head == "data:image/png;base64"
    assert Image.open(io.BytesIO(base64.b64decode(data))).format == "PNG"


def test_the_upright_picture_and_what_the_network_saw_come_along_when_asked_for(client: Client, photo: bytes) -> None:
    told = client.post("/v1/read?include=frames,picture", content=photo).json()
    picture = Image.open(io.BytesIO(base64.b64decode(told["picture"].partition(",")[2])))
    assert picture.size == (told["width"], told["height"])
    found = [digit for line in told["lines"] for digit in line["digits"]]
    frames = np.array([np.frombuffer(base64.b64decode(digit["frame"]), np.uint8).reshape(28, 28) for digit in found])
    assert digits.load(threads=1).classify_frames(frames).values.tolist() == [digit["value"] for digit in found]


def test_a_line_says_what_its_field_may_hold(client: Client, seven: bytes) -> None:
    line = client.post("/v1/read?field=length=1&field=one-of=3,7", content=seven).json()["lines"][0]
    assert line["field"]["value"] == "7"
    line = client.post("/v1/read?field=one-of=3", content=seven).json()["lines"][0]
    assert line["field"]["value"] is None


def test_a_rule_opens_no_file_of_the_server(client: Client, seven: bytes, tmp_path: Path) -> None:
    secret = tmp_path / "values.txt"
    secret.write_text("7\n")
    answer = client.post(f"/v1/read?field=one-of={secret}", content=seven)
    assert answer.status_code == 400
    assert "strings of digits" in answer.json()["error"]["message"]
    answer = client.post("/v1/read?field=nonsense", content=seven)
    assert "one-of=12,34" in answer.json()["error"]["message"]  # not the file that a command names


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=x", "page=1&page=2", "line=yes", "overlay=jpg", "include=all", "field=nonsense", "unknown=1"],
)
def test_a_wrong_query_is_malformed(client: Client, seven: bytes, query: str) -> None:
    answer = client.post(f"/v1/read?{query}", content=seven)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "malformed")


def test_a_large_picture_is_classified_by_itself(client: Client, service: Service, seven: bytes) -> None:
    file = io.BytesIO()
    Image.open(io.BytesIO(seven)).resize((1600, 1200)).save(file, "PNG")
    assert client.post("/v1/classify", content=file.getvalue()).json()["digits"][0]["value"] == 7
    assert service.pages.held == 0


def test_a_model_is_asked_by_name(client: Client, seven: bytes) -> None:
    assert client.post("/v1/classify?model=digits", content=seven).status_code == 200
    unknown = client.post("/v1/classify?model=nobody", content=seven)
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "not_found")


def test_the_models_are_listed_with_card_and_figures(client: Client, reader: digits.Reader) -> None:
    told = client.get("/v1/models").json()
    assert told["default"] == "digits"
    (model,) = told["models"]
    assert model["sha256"] == reader.info["weights"]["sha256"]
    assert model["measured"]["test_accuracy"] == reader.info["measured"]["test_accuracy"]
    assert model["card"].startswith("# Model card")


def test_an_answer_that_takes_too_long_is_504(service: Service, photo: bytes) -> None:
    with changed(service, timeout_s=0.01) as client:
        answer = client.post("/v1/read", content=photo)
    assert (answer.status_code, answer.json()["error"]["code"]) == (504, "timeout")
