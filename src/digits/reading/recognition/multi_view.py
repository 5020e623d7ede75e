"""Framed digits and what the digit network says of them go in; where it is in doubt, it looks again in other ways.

A frame is one of several that the same digit could have had: framed a little larger or smaller, written with a bolder
or a finer pen. Where the network is sure, all of them give the same answer; where it is not, their mean is right more
often (docs/log.md). Averaging over views of a picture is as old as Krizhevsky et al., "ImageNet classification with
deep convolutional neural networks", NeurIPS 2012, section 4.1.
"""

from __future__ import annotations

import cv2
import numpy as np

from digits.reading.recognition.pooling import TINY
from digits.reading.result import ByteArray, FloatArray
from digits.reading.steps import Classify

# Below this probability of the likeliest digit the network is in doubt.
SURE = 0.99
# Where more digits are in doubt it is noise that is looked at, and once is enough.
MOST_IN_DOUBT = 2000
# Factors of size about the middle, and how far ink goes towards the broadest (or the least) around it.
SIZES = (1.1, 0.9)
PENS = (0.4, -0.4)


def look_twice(frames: ByteArray, classify: Classify, *, first: FloatArray | None = None) -> FloatArray:
    """Return the probabilities of digits, float32 (n, 10), rows summing to 1, after a second look where one is needed.

    Args:
        frames: uint8 (n, 28, 28), as frame.py makes them.
        classify: what is asked, once about all frames and once about other views of those in doubt.
        first: what it says of all frames, if that was asked before.
    """
    first = classify(frames) if first is None else first
    in_doubt = np.flatnonzero(first.max(axis=1, initial=0) < SURE)
    if not 0 < len(in_doubt) <= MOST_IN_DOUBT:
        return first
    views = np.stack([view for i in in_doubt for view in _views(frames[i])])
    again = classify(views).reshape(len(in_doubt), -1, 10)
    all_looks = np.concatenate([first[in_doubt, np.newaxis], again], axis=1)
    mean = np.exp(np.log(np.maximum(all_looks, TINY)).mean(axis=1))
    looked = first.copy()
    looked[in_doubt] = mean / mean.sum(axis=1, keepdims=True)
    return looked


def _views(frame: ByteArray) -> list[ByteArray]:
    """Return one frame, uint8 (28, 28), larger, smaller, bolder and finer."""
    middle = (frame.shape[0] - 1) / 2
    sized = [
        cv2.warpAffine(frame, np.array([[by, 0, (1 - by) * middle], [0, by, (1 - by) * middle]]), frame.shape)
        for by in SIZES
    ]
    around = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    ends = [(cv2.dilate if by > 0 else cv2.erode)(frame, around) for by in PENS]
    inked = [cv2.addWeighted(frame, 1 - abs(by), end, abs(by), 0) for by, end in zip(PENS, ends, strict=True)]
    return [np.asarray(view, np.uint8) for view in sized + inked]
