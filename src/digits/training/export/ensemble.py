"""The ONNX files of several networks go in, one file that averages their probabilities comes out.

Averaging the members' probabilities is the deep ensemble of Lakshminarayanan et al. 2017 ("Simple and Scalable
Predictive Uncertainty Estimation"). The features are the members' features side by side. Nothing here trains.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from digits.errors import ModelError
from digits.reading.recognition.network.classifier import INPUT_NAME, OUTPUT_NAMES


def average_models(members: Sequence[bytes], metadata: Mapping[str, str]) -> bytes:
    """Return an ONNX file with the input and outputs of each member: one file, m networks side by side.

    Args:
        members: files made by ``onnx_bytes``, of one opset.
        metadata: key and value strings stored in the file.

    Returns:
        a model from ``frames`` (n, 28, 28, 1) to ``probabilities`` (n, 10), the members' mean, and ``features``
        (n, 32 × m), in the members' order.

    Raises:
        ModelError: no members.
    """
    import onnx
    from onnx import helper

    if not members:
        raise ModelError("expected at least one member for an ensemble, got none; train some first")
    protos = [onnx.load_model_from_string(member) for member in members]
    graph, *others = [_renamed(proto, f"member{number}/") for number, proto in enumerate(protos, start=1)]
    for other in others:
        graph.node.extend(other.node)
        graph.initializer.extend(other.initializer)
    parts = {name: [f"member{number}/{name}" for number in range(1, len(members) + 1)] for name in OUTPUT_NAMES}
    graph.node.append(helper.make_node("Mean", parts[OUTPUT_NAMES[0]], [OUTPUT_NAMES[0]], name="average"))
    graph.node.append(
        helper.make_node("Concat", parts[OUTPUT_NAMES[1]], [OUTPUT_NAMES[1]], name="side_by_side", axis=1)
    )
    for output in graph.output:
        output.name = output.name.removeprefix("member1/")
    graph.output[1].type.tensor_type.shape.dim[1].dim_value *= len(members)
    proto = helper.make_model(
        graph, opset_imports=protos[0].opset_import, ir_version=protos[0].ir_version, producer_name="digits"
    )
    helper.set_model_props(proto, {**metadata, "members": str(len(members))})
    onnx.checker.check_model(proto, full_check=True)
    return bytes(proto.SerializeToString())


def _renamed(proto: Any, prefix: str) -> Any:
    """Return the graph with a prefix on every name but the shared input's."""
    from onnx import compose

    graph = compose.add_prefix_graph(proto.graph, prefix, rename_inputs=False)
    assert graph.input[0].name == INPUT_NAME
    return graph
