"""Write README's table of results from benchmarks/results/*.json, so that no figure there is typed.

Usage: python benchmarks/table.py [--check]; with --check, exit 1 when README differs from the results.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
RESULTS = ROOT / "benchmarks" / "results"
BEGIN, END = "<!-- results:begin -->\n", "<!-- results:end -->"
RECIPES = ("spec", "fast", "best", "robust")

# Published by others, each with its source; the protocols differ, so compare with care.
PUBLISHED = (
    ("Keras documentation, [Simple MNIST convnet](https://keras.io/examples/vision/mnist_convnet/)", "35 k", "99.2 %"),
    ("[MNIST-CNN-99.75](https://github.com/cdeotte/MNIST-CNN-99.75), one network", "327 k", "99.64 % (n = 1500)"),
)


def main() -> None:
    """Rewrite the block between the two markers in README, or check it."""
    text = README.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    new = before + BEGIN + render() + END + after
    if "--check" in sys.argv:
        sys.exit(
            "README's table is not what benchmarks/results says: run python benchmarks/table.py" if new != text else 0
        )
    README.write_text(new, encoding="utf-8")


def render() -> str:
    """Return the table as Markdown."""
    studies = [_load(RESULTS / f"{name}.json") for name in RECIPES if (RESULTS / f"{name}.json").exists()]
    lines = [
        "| network | parameters | test accuracy on MNIST (10,000 images) | training |",
        "|---|---|---|---|",
        *(_row(study) for study in studies),
        *(f"| {name} | {parameters} | {accuracy} | – |" for name, parameters, accuracy in PUBLISHED),
    ]
    return "\n".join(["", *lines, "", *_conditions(studies), ""]) + "\n"


def _row(study: dict[str, Any]) -> str:
    accuracy, seconds = study["test_accuracy"], study["training_seconds"]
    spread = f" ± {accuracy['sd']:.2%}".replace("%", " %") if accuracy["sd"] is not None else ""
    mean = f"{accuracy['mean']:.2%}".replace("%", " %")
    epochs = f"{study['epochs']} epochs, {seconds['mean']:.0f} s"
    return (
        f"| digits, recipe `{study['recipe']['name']}` | 168 k | **{mean}**{spread} (n = {accuracy['n']}) | {epochs} |"
    )


def _conditions(studies: list[dict[str, Any]]) -> list[str]:
    names = ", ".join(f"`digits train --recipe {s['recipe']['name']} --seeds {_span(s['seeds'])}`" for s in studies)
    first = studies[0]
    versions = first["versions"]
    tensorflow = versions.get("tensorflow-cpu") or versions.get("tensorflow")
    return [
        f"Mean ± standard deviation over n seeds, 55,000 training images, last epoch, test set looked at once a run. "
        f"{first['threads']} CPU cores ({first['machine']}, shared, so times are rough), Keras {versions['keras']}, "
        f"TensorFlow {tensorflow}. Made by {names}. Other rows: as published by their authors."
    ]


def _span(seeds: list[int]) -> str:
    return str(seeds[0]) if len(seeds) == 1 else f"{seeds[0]}-{seeds[-1]}"


def _load(path: Path) -> dict[str, Any]:
    study: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return study


if __name__ == "__main__":
    main()
