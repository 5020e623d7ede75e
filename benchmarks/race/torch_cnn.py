"""A PyTorch CNN of the shape and settings of the PyTorch MNIST example, written anew from its description.

https://github.com/pytorch/examples/tree/main/mnist: Conv 32, Conv 64, MaxPool, Dropout 0.25, Dense 128, Dropout 0.5,
Dense 10; 3×3 kernels, ReLU; Adadelta 1.0, its rate times 0.7 after each epoch, batches of 64, 14 epochs, pixels
normalized by mean and deviation. One thing differs, in its favour: the data are one tensor, not per-image pipelines.
Needs torch and numpy alone. Start as a process: python -m race.torch_cnn TASK.
"""

from __future__ import annotations

import math
import platform
import sys
from typing import Any

import numpy as np
import torch
from torch import nn

from race.task import Task, run_as_process
from race.watch import Watch

BATCH_SIZE = 64
EPOCHS = 14
LEARNING_RATE, LEARNING_RATE_DECAY = 1.0, 0.7
MEAN, DEVIATION = 0.1307, 0.3081  # of MNIST's training pixels
LOOK_BATCH_SIZE = 500


def run(task: Task) -> dict[str, Any]:
    """Train until the target is held or the 14 epochs are over, and return the figures."""
    torch.set_num_threads(task.threads)
    torch.set_num_interop_threads(1)
    torch.manual_seed(task.seed)
    train, validation = task.examples()
    model = build()
    inputs, targets = _as_input(train.images), torch.from_numpy(train.labels)
    held_out, answers = _as_input(validation.images), torch.from_numpy(validation.labels)
    watch = Watch(
        f"{task.contestant} seed {task.seed}",
        target=task.target,
        looks_per_epoch=task.looks_per_epoch,
        measure=lambda: _accuracy(model, held_out, answers),
    )
    _fit(model, inputs, targets, watch)
    return watch.result() | _about(model, task.threads)


def build() -> nn.Module:
    """Return the untrained module from float32 (n, 1, 28, 28) to log-probabilities (n, 10)."""
    return nn.Sequential(
        nn.Conv2d(1, 32, 3),  # (n, 32, 26, 26)
        nn.ReLU(),
        nn.Conv2d(32, 64, 3),  # (n, 64, 24, 24)
        nn.ReLU(),
        nn.MaxPool2d(2),  # (n, 64, 12, 12)
        nn.Dropout(0.25),
        nn.Flatten(),  # (n, 9216)
        nn.Linear(9216, 128),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(128, 10),
        nn.LogSoftmax(dim=1),
    )


def _fit(model: nn.Module, inputs: torch.Tensor, targets: torch.Tensor, watch: Watch) -> None:
    optimizer = torch.optim.Adadelta(model.parameters(), lr=LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=LEARNING_RATE_DECAY)
    steps = math.ceil(len(targets) / BATCH_SIZE)
    watch.start(epochs=EPOCHS, steps=steps, batch_size=BATCH_SIZE, images_per_epoch=len(targets))
    for epoch in range(1, EPOCHS + 1):
        model.train()
        for step, chosen in enumerate(torch.randperm(len(targets)).split(BATCH_SIZE), start=1):
            optimizer.zero_grad()
            loss = nn.functional.nll_loss(model(inputs[chosen]), targets[chosen])
            loss.backward()
            optimizer.step()
            if watch.step(epoch=epoch, step=step):
                return
        schedule.step()


def _accuracy(model: nn.Module, inputs: torch.Tensor, answers: torch.Tensor) -> float:
    model.eval()
    with torch.no_grad():
        right = sum(
            int((model(batch).argmax(1) == expected).sum())
            for batch, expected in zip(inputs.split(LOOK_BATCH_SIZE), answers.split(LOOK_BATCH_SIZE), strict=True)
        )
    model.train()
    return right / len(answers)


def _as_input(images: np.ndarray[Any, np.dtype[np.uint8]]) -> torch.Tensor:
    """Return float32 (n, 1, 28, 28), mean 0 and deviation 1 over MNIST, from uint8 (n, 28, 28)."""
    values = images.astype(np.float32) / np.float32(255)
    return torch.from_numpy((values - np.float32(MEAN)) / np.float32(DEVIATION))[:, None]


def _about(model: nn.Module, threads: int) -> dict[str, Any]:
    return {
        "precision": "float32",
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "forward_flop_per_image": None,
        "settings": {"optimizer": "adadelta", "batch_size": BATCH_SIZE, "epochs": EPOCHS, "data": "one tensor"},
        "environment": {
            "threads": threads,
            "precision": "float32",
            "versions": {"python": platform.python_version(), "torch": torch.__version__, "numpy": np.__version__},
        },
    }


if __name__ == "__main__":
    run_as_process(sys.argv, run)
