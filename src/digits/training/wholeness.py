"""MNIST training images go in; the weights that tell one whole digit from half of one, or from two, come out.

The digit network answers whatever it is shown, two touching digits too, and is often sure. So a small network learns
from the reader's own hypotheses: lines are made of training digits, in many hands and sizes, some of which touch; the
reader cuts them up; a hypothesis whose ink is that of one digit is whole, one far from every digit is not.

Usage: python -m digits.training.wholeness [--lines 8000]   writes reading/wholeness.npz
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np

from digits.data import load_dataset
from digits.reading.atoms import find_atoms
from digits.reading.parts import clean_ink, find_parts
from digits.reading.path import hypotheses, ink_of
from digits.reading.result import Box, ByteArray, FloatArray
from digits.reading.rows import find_rows
from digits.reading.wholeness import WEIGHTS, make_view

# A hypothesis that shares this much ink with a digit (intersection over union) is that digit; below the second share it
# is none; in between nobody can say.
WHOLE, NOT_WHOLE = 0.8, 0.6
# Half of the neighbours touch, on purpose more than people let them.
TOUCHING = 0.5
# A digit of a line in pixels is MNIST's times this.
SCALES = (0.8, 3.0)


def main() -> None:
    """Make the examples, train, measure on lines of validation digits, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=8000)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    dataset = load_dataset()
    train = make_examples(dataset.train.images, arguments.lines, seed=0)
    held_out = make_examples(dataset.validation.images, max(200, arguments.lines // 10), seed=1)
    train_weights(train, held_out, epochs=arguments.epochs, path=arguments.out)


def make_examples(images: ByteArray, lines: int, *, seed: int) -> tuple[ByteArray, FloatArray]:
    """Return views uint8 (n, 28, 28, 2) of hypotheses, and 1 for whole digits, 0 for others, float32 (n,)."""
    random = np.random.default_rng(seed)
    views, answers = [], []
    for _ in range(lines):
        masks = _line(images, random)
        line = np.pad(np.max(masks, axis=0), 12)
        parts = find_parts(line)
        page = clean_ink(parts)
        for row in find_rows(parts)[0]:
            atoms, _ = find_atoms(parts, row)
            for hypothesis in hypotheses(atoms, row.height_px):
                ink = ink_of(hypothesis, atoms)
                share = max(_share(ink, hypothesis.box, np.pad(mask, 12)) for mask in masks)
                if share > WHOLE or share < NOT_WHOLE:
                    views.append(make_view(page, ink, hypothesis.box))
                    answers.append(share > WHOLE)
    return np.stack(views), np.array(answers, np.float32)


def train_weights(
    train: tuple[ByteArray, FloatArray], held_out: tuple[ByteArray, FloatArray], *, epochs: int, path: Path
) -> None:
    """Train on ``train``, print how it does on ``held_out`` after each epoch, and write the weights to ``path``."""
    import keras

    keras.utils.set_random_seed(0)
    network = keras.Sequential(
        [
            keras.Input((28, 28, 2)),
            keras.layers.Conv2D(12, 3, padding="same", activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Conv2D(24, 3, padding="same", activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Conv2D(32, 3, padding="same", activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dropout(0.2),
            keras.layers.Dense(48, activation="relu"),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    steps = epochs * -(-len(train[0]) // 128)
    rate = keras.optimizers.schedules.CosineDecay(0.0, steps, warmup_target=3e-3, warmup_steps=steps // 10)
    network.compile(keras.optimizers.AdamW(rate), "binary_crossentropy", metrics=["accuracy", "auc"])
    network.fit(_input(train[0]), train[1], 128, epochs, verbose=2, validation_data=(_input(held_out[0]), held_out[1]))
    arrays = {f"w{i}": array.astype(np.float16) for i, array in enumerate(network.get_weights())}
    np.savez(path, **arrays)


def _input(views: ByteArray) -> FloatArray:
    return np.asarray(views, np.float32) / np.float32(255)


def _line(images: ByteArray, random: np.random.Generator) -> list[FloatArray]:
    """Return the ink of each digit of one line, float32 (height, width) in [0, 1], all of one shape."""
    count = int(random.integers(2, 6))
    scale, slant = float(random.uniform(*SCALES)), float(random.normal(0, 0.15))
    thickness = int(random.integers(-1, 2))
    digits = [_hand(images[i], scale, slant, thickness, random) for i in random.integers(0, len(images), count)]
    height = max(len(digit) for digit in digits) + round(10 * scale)
    width = sum(digit.shape[1] for digit in digits) + round(14 * scale) * count
    canvas, masks, right = np.zeros((height, width), np.float32), [], 2
    for k, digit in enumerate(digits):
        top = min(max(0, round(random.normal(5, 2) * scale)), height - len(digit))
        if k and random.random() < TOUCHING:
            right += _approach(canvas[top : top + len(digit)], digit, right) - round(random.integers(0, 3) * scale)
        elif k:
            right += round(random.integers(1, 12) * scale)
        right = max(0, right)
        mask = np.zeros_like(canvas)
        mask[top : top + len(digit), right : right + digit.shape[1]] = digit
        masks.append(mask)
        canvas = np.maximum(canvas, mask)
        right += digit.shape[1]
    used = min(width, right + 2)
    return [mask[:, :used] for mask in masks]


def _hand(image: ByteArray, scale: float, slant: float, thickness: int, random: np.random.Generator) -> FloatArray:
    """Scale, slant and thicken a digit, and cut its empty border off."""
    own = scale * float(random.uniform(0.8, 1.15))
    side = round(40 * own)
    wide = own * float(random.uniform(0.85, 1.2))
    matrix = np.array([[wide, -slant * own, side / 2 - 14 * wide + 14 * slant * own], [0, own, side / 2 - 14 * own]])
    digit = np.asarray(cv2.warpAffine(image, matrix, (side, side), flags=cv2.INTER_CUBIC), np.float32) / np.float32(255)
    if thickness and scale > 1.3:
        change = cv2.dilate if thickness > 0 else cv2.erode
        digit = np.asarray(change(digit, np.ones((3, 3), np.uint8)), np.float32)
    rows, columns = np.flatnonzero((digit > 0.1).any(axis=1)), np.flatnonzero((digit > 0.1).any(axis=0))
    if not len(rows):
        return np.ones((4, 4), np.float32)
    return digit[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _approach(canvas: FloatArray, digit: FloatArray, right: int) -> int:
    """Return the shift, 0 or less, at which the digit's ink first meets what is on the canvas."""
    for shift in range(0, -min(right, digit.shape[1]), -1):
        place = canvas[:, right + shift : right + shift + digit.shape[1]]
        if ((place > 0.4) & (digit > 0.4)).any():
            return shift
    return 0


def _share(ink: FloatArray, box: Box, mask: FloatArray) -> float:
    """Return intersection over union of the hypothesis's ink with the digit's."""
    digit = mask > 0.3
    here = digit[box.y : box.y + box.height, box.x : box.x + box.width]
    own = ink[: here.shape[0], : here.shape[1]] > 0.3
    both = int(np.count_nonzero(own & here))
    return both / max(1, int(np.count_nonzero(own)) + int(np.count_nonzero(digit)) - both)


if __name__ == "__main__":
    main()
