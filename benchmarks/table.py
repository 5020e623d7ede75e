"""Write the tables of README and docs/results.md and the model card's figures from JSON: no figure there is typed.

Usage: python benchmarks/table.py [--check]; with --check, exit 1 when a table differs from its source.
"""

from __future__ import annotations

import json
import statistics
import sys
from pathlib import Path
from typing import Any

import handwriting_table
from measured import RESULTS, Block, keep_blocks, load, percent

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
FULL = ROOT / "docs" / "results.md"
CARD = ROOT / "src" / "digits" / "model" / "shipped" / "README.md"
CONTESTANTS = {
    "fast": "digits, recipe `fast`",
    "spec": "digits, recipe `spec`: plain Keras",
    "keras-convnet": "Keras documentation's convnet",
    "pytorch-cnn": "a CNN with the architecture of PyTorch's example",
}
SHIPPED_COMMAND = "digits evaluate --robustness --json > benchmarks/results/shipped.json"
RECIPES = ("spec", "fast", "best", "robust")

# Published by others, each with its source; the protocols differ, so compare with care.
PUBLISHED = (
    (
        "Keras documentation, [Simple MNIST convnet](https://keras.io/examples/vision/mnist_convnet/)",
        "35 k",
        "99.2 %",
        "–",
        "–",
    ),
    (
        "[MNIST-CNN-99.75](https://github.com/cdeotte/MNIST-CNN-99.75), one network",
        "327 k",
        "99.64 % (n = 1500)",
        "–",
        "–",
    ),
)


def main() -> None:
    """Rewrite the generated blocks, or check them."""
    keep_blocks(generated(), "python benchmarks/table.py", is_check="--check" in sys.argv)


def generated() -> list[Block]:
    """Return each generated block: its file, its marker's name, its text."""
    info = json.loads(CARD.with_name("model.json").read_text(encoding="utf-8"))
    shipped = load(RESULTS / "shipped.json")
    if shipped["model_sha256"] != info["int8"]["weights"]["sha256"]:
        sys.exit(f"{RESULTS / 'shipped.json'}: of another model; run: {SHIPPED_COMMAND}")
    return [
        (README, "summary", handwriting_table.summary(shipped)),
        (FULL, "results", results()),
        (FULL, "race", race()),
        (FULL, "reading", handwriting_table.reading()),
        (CARD, "figures", figures(info)),
        (CARD, "digits", digits(shipped)),
        (CARD, "robustness", robustness(shipped["robustness"])),
    ]


def results() -> str:
    """Return the table of recipes, in Markdown."""
    studies = [load(RESULTS / f"{name}.json") for name in RECIPES if (RESULTS / f"{name}.json").exists()]
    rows = [*(_row(study) for study in studies), *PUBLISHED]
    best = max(rows, key=lambda row: float(row[2].partition(" ")[0]))
    lines = [
        "| network | parameters | test accuracy on MNIST | mean on MNIST-C | training |",
        "|---|---|---|---|---|",
        *("| " + " | ".join([*row[:2], _bold(row[2]) if row is best else row[2], *row[3:]]) + " |" for row in rows),
    ]
    return "\n".join(["", *lines, "", *_conditions(studies), ""]) + "\n"


def race() -> str:
    """Return the table of who gets to 99 % how soon, in Markdown."""
    measured = load(RESULTS / "time_to_accuracy.json")
    rows = [
        f"| {CONTESTANTS[name]} | {one['seconds']['median']:.0f} s | {one['times_as_long_as_fast']:.1f} | {one['n']} |"
        for name, one in measured["contestants"].items()
    ]
    head = [
        "| training until it holds 99 % on validation | median time | relative to `fast` | n |",
        "|---|---|---|---|",
    ]
    note = (
        "One run of `python benchmarks/time_to_accuracy.py` measured all of them, on "
        f"{measured['machine']}, with {measured['protocol']['threads']} threads. `fast` multiplies in bfloat16, the "
        "others in float32. `fast` reaches "
        f"{measured['contestants']['fast']['share_of_peak']['median']:.0%} of the processor's bfloat16 peak.".replace(
            "%", " %"
        )
    )
    return "\n".join(["", *head, *rows, "", note, ""]) + "\n"


def figures(info: dict[str, Any]) -> str:
    """Return the model card's table, from model.json, in Markdown."""
    measured, sizes, versions = info["measured"], info["dataset"]["sizes"], info["versions"]
    low, high = measured["test_interval"]
    wrong = round((1 - measured["test_accuracy"]) * measured["test_n"])
    rows = {
        "test accuracy": f"{measured['test_accuracy']:.2%}, 95 % interval {low:.2%} to {high:.2%}",
        "the same in int8": f"{info['int8']['measured']['test_accuracy']:.2%}",
        "test images": f"{measured['test_n']:,}, of which {wrong:,} wrong",
        "test loss": f"{measured['test_loss']:.4f} nats",
        "calibration error (ECE, 15 bins)": f"{measured['ece']:.4f}",
        "MNIST-C, mean of 15 corruptions": _corrupted_shipped(info) + " (int8; none of them trained on)",
        "validation accuracy": f"{measured['val_accuracy']:.2%} of {sizes['validation']:,}",
        "training accuracy": f"{measured['train_accuracy']:.2%} of {sizes['train']:,}",
        "temperature": f"{info['temperature']}",
        "refused below a confidence of": f"{info['refusal']['min_confidence']}",
        "recipe": f"`{info['recipe']['name']}`",
        "data": f"{_trained_on(info['dataset'])}, SHA-256 `{info['dataset']['sha256'][:12]}`",
        "weights": f"{info['weights']['bytes']:,} bytes, SHA-256 `{info['weights']['sha256'][:12]}`",
        "made with": ", ".join(f"{name} {version}" for name, version in versions.items()),
    }
    table = ["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows.items())]
    return "\n".join(table) + "\n"


def _trained_on(dataset: dict[str, Any]) -> str:
    mixed = dataset.get("mixed_in")
    return f"{dataset['name']}, and {mixed['images']:,} images of {mixed['name']}" if mixed else str(dataset["name"])


def digits(shipped: dict[str, Any]) -> str:
    """Return the model card's table of errors a digit, in Markdown."""
    rows = [
        f"| {row['digit']} | {row['support']:,} | {_missed(row)} | {row['recall']:.2%} | {row['precision']:.2%} |"
        for row in shipped["per_digit"]
    ]
    return "\n".join(["| digit | images | wrong | recall | precision |", "|---|---|---|---|---|", *rows]) + "\n"


def robustness(measured: dict[str, Any]) -> str:
    """Return the model card's table of how far each distortion may go, in Markdown."""
    rows = []
    for family in measured["families"]:
        accuracy = {point["strength"]: point["accuracy"] for point in family["points"]}
        for limit in family["limits"]:
            strongest = f"{accuracy[limit['strongest']]:.1%} at {limit['strongest']:g}"
            rows.append(f"| {family['name']}, {family['meaning']} | {limit['held']:g} | {strongest} |")
    head = [f"| distortion | {measured['floor']:.0%} or more as far as | at the strongest tried |", "|---|---|---|"]
    return "\n".join([*head, *rows, "", f"On {measured['sample']}, in int8."]) + "\n"


def _missed(row: dict[str, Any]) -> int:
    return round((1 - row["recall"]) * row["support"])


def _bold(accuracy: str) -> str:
    """Set the figure of a text such as "99.64 % (n = 1500)" in bold."""
    figure, _, rest = accuracy.partition(" %")
    return f"**{figure} %**{rest}"


def _row(study: dict[str, Any]) -> tuple[str, ...]:
    """Return the cells of a recipe's row."""
    accuracy, seconds = study["test_accuracy"], statistics.median(study["training_seconds"]["values"])
    spread = f" ± {accuracy['sd']:.2%}".replace("%", " %") if accuracy["sd"] is not None else ""
    mean = f"{accuracy['mean']:.2%}".replace("%", " %")
    kernels = "" if study["recipe"].get("fused") else ", plain kernels"
    epochs = f"{study['epochs']} epochs, {seconds:.0f} s{kernels}"
    recipe = study["recipe"]["name"]
    figures = f"{mean}{spread} (n = {accuracy['n']})"
    return f"digits, recipe `{recipe}`", "168 k", figures, _corrupted(recipe), epochs


def _corrupted(recipe: str) -> str:
    """Return the mean accuracy on MNIST-C of a network that ``recipe`` made of MNIST alone, where one was measured."""
    measured = load(RESULTS / "mnist_c.json")
    return f"{measured['mean_accuracy']:.1%}".replace("%", " %") if measured["recipe"] == recipe else "–"


def _corrupted_shipped(info: dict[str, Any]) -> str:
    measured = load(RESULTS / "mnist_c_shipped.json")
    is_own = measured["model_sha256"] == info["int8"]["weights"]["sha256"]
    return percent(measured["mean_accuracy"]) if is_own else "–"


def _conditions(studies: list[dict[str, Any]]) -> list[str]:
    names = ", ".join(f"`digits train --recipe {s['recipe']['name']} --seeds {_span(s['seeds'])}`" for s in studies)
    first = studies[0]
    versions = first["versions"]
    tensorflow = versions.get("tensorflow-cpu") or versions.get("tensorflow")
    return [
        "Accuracy is the mean ± the standard deviation over n trainings with different seeds. The 10,000 test images "
        "were used only once, at the end. Training times are medians, for 55,000 images. MNIST-C has 15 corruptions of "
        "1,000 images; no network was trained on them (`python benchmarks/mnist_c.py --model RUN`, one "
        "run). The other two rows are what "
        "their authors published.",
        "",
        f"Commands: {names}. Machine: {first['threads']} CPU cores ({first['machine']}), shared with other work, so "
        f"times are rough. Versions: Keras {versions['keras']}, TensorFlow {tensorflow}.",
    ]


def _span(seeds: list[int]) -> str:
    return str(seeds[0]) if len(seeds) == 1 else f"{seeds[0]}-{seeds[-1]}"


if __name__ == "__main__":
    main()
