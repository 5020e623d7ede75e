"""The shapes of answers and errors, as JSON schemas for the OpenAPI document."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

NUMBER: Schema = {"type": "number"}
COUNT: Schema = {"type": "integer", "minimum": 0}
TEXT: Schema = {"type": "string"}
PROBABILITY: Schema = {"type": "number", "minimum": 0, "maximum": 1}


def an_object(required: Schema, optional: Schema | None = None, **rest: Any) -> Schema:
    """Return the schema of an object with these properties."""
    return {"type": "object", "properties": required | (optional or {}), "required": list(required), **rest}


def a_list(items: Schema, **rest: Any) -> Schema:
    return {"type": "array", "items": items, **rest}


def or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


_FIELD = an_object(
    {
        "value": or_null(TEXT),
        "confidence": PROBABILITY,
        "valid": NUMBER,
        "candidates": a_list(an_object({"value": TEXT, "confidence": PROBABILITY})),
        "reason": or_null(TEXT),
    },
    description="The most likely value that all rules allow, or null and the reason.",
)
_READING: Schema = {
    "text": TEXT,
    "confidence": or_null(PROBABILITY),
    "angle": NUMBER,
    "width": COUNT,
    "height": COUNT,
    "lines": a_list(ref("Line")),
    "marks": a_list(an_object({"kind": TEXT, "box": ref("Box")})),
    "grid": or_null(a_list(TEXT)),
    "page": {"type": "integer", "minimum": 1},
    "pages": {"type": "integer", "minimum": 1},
}
_OVERLAY = {
    "overlay": {"type": "string", "description": "With overlay=png: the picture with its boxes, a data URL."},
    "picture": {"type": "string", "description": "With include=picture: the upright picture, a data URL."},
}

SCHEMAS: dict[str, Schema] = {
    "Error": an_object(
        {"error": an_object({"status": COUNT, "code": TEXT, "message": TEXT})},
        description="What was expected, what arrived and what to do.",
    ),
    "ProtocolError": an_object(
        {"error": TEXT, "status": COUNT, "code": TEXT},
        description="As the Open Inference Protocol has it: the error is a text.",
    ),
    "Box": an_object({side: {"type": "integer"} for side in ("x", "y", "width", "height")}),
    "Digit": an_object(
        {
            "value": or_null({"type": "integer", "minimum": 0, "maximum": 9}),
            "confidence": PROBABILITY,
            "probabilities": a_list(PROBABILITY, minItems=10, maxItems=10),
            "box": or_null(ref("Box")),
            "refusal": or_null(TEXT),
        },
        {"frame": {"type": "string", "description": "With include=frames: 28×28 bytes as base64, ink light on black."}},
        description="The value is null where the digit is refused; refusal says why.",
    ),
    "Line": an_object(
        {"text": TEXT, "confidence": PROBABILITY, "box": ref("Box"), "digits": a_list(ref("Digit"))}, {"field": _FIELD}
    ),
    "Digits": an_object({"digits": a_list({"anyOf": [ref("Digit"), ref("Error")]}, minItems=1)}),
    "Reading": an_object(_READING, _OVERLAY, description="Boxes are in pixels of the upright picture."),
    "Readings": an_object(
        {
            "readings": a_list(
                {
                    "anyOf": [
                        an_object({"name": TEXT, **_READING}, _OVERLAY),
                        an_object({"name": TEXT, "error": {"type": "object"}}),
                    ]
                }
            )
        },
        description="Of several files: each with its reading, or with its error.",
    ),
    "Models": an_object(
        {
            "default": TEXT,
            "models": a_list(
                an_object(
                    {
                        "name": TEXT,
                        "default": {"type": "boolean"},
                        "sha256": TEXT,
                        "precision": TEXT,
                        "recipe": or_null(TEXT),
                        "dataset": or_null(TEXT),
                        "versions": or_null({"type": "object"}),
                        "measured": or_null({"type": "object"}),
                        "confusion_matrix": or_null(a_list(a_list(COUNT))),
                        "card": or_null(TEXT),
                        "network": TEXT,
                    }
                )
            ),
        }
    ),
    "Inference": an_object(
        {
            "model_name": TEXT,
            "model_version": TEXT,
            "outputs": a_list(
                an_object({"name": TEXT, "datatype": TEXT, "shape": a_list(COUNT)}, {"data": a_list(NUMBER)})
            ),
        },
        {"id": TEXT},
    ),
}

IMAGE_JSON = an_object(
    {"image": {"type": "string", "description": "What canvas.toDataURL() returns: base64, padded or not."}}
)
FORM = an_object({"file": a_list({"type": "string", "format": "binary"}, minItems=1)})
FRAMES = an_object(
    {
        "name": {"const": "frames"},
        "datatype": {"enum": ["UINT8", "FP32"]},
        "shape": a_list({"type": "integer", "minimum": 1}, minItems=3, maxItems=4),
    },
    {
        "data": {"type": "array", "description": "The numbers, flat or nested; UINT8 in 0-255, FP32 in [0, 1]."},
        "parameters": {"type": "object", "description": "binary_data_size, where the data is behind the JSON."},
    },
)
INFER = an_object(
    {"inputs": a_list(FRAMES, minItems=1, maxItems=1)},
    {
        "id": TEXT,
        "outputs": a_list(an_object({"name": {"enum": ["values", "confidence", "probabilities"]}})),
        "parameters": {"type": "object"},
    },
)
