"""What people do without a batch, beside ours: a table of docs/scale.md."""

from __future__ import annotations

from typing import Any

from bulk.demand import figure, table

# The rows of results/batch.json, and what they are, for people.
WAYS = {
    "PNG files": "`digits batch --single`",
    "PNG files, Pool.map": "`Pool.map` over `reader.classify([path])`",
    "PNG files, plain Keras": "Keras: `image_dataset_from_directory` and `predict`, the seed's network",
}
NOTE = (
    "{inputs:,} PNG files in one folder, read one way after the other in one run. The Keras script gives a value for "
    "each picture as it lies: it looks for no digit in it, sees none that is blank, two, or something else, and writes "
    "no table."
)


def beside(batch: dict[str, Any]) -> str:
    """Return each way's pictures a second and core-seconds, beside ours."""
    ours = batch["rows"]["PNG files"]
    rows = [
        (
            name,
            figure(row["per_second"]),
            figure(row["core_seconds_per_million"]),
            f"{ours['per_second'] / row['per_second']:.1f}",
        )
        for key, name in WAYS.items()
        for row in [batch["rows"][key]]
    ]
    head = f"way | a second, on {batch['cores']} cores | core-seconds for a million | `digits batch` is faster by"
    return table(head, rows, NOTE.format(inputs=ours["inputs"]))
