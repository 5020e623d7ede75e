"""A Keras model that updates on parts of the batch side by side: each core takes a part through the whole network.

TensorFlow's own way splits every operation over the cores, and they wait for each other some hundred times per update.
The update is the mean of the parts' gradients, so only batch normalization notices: it takes its statistics from a part
("ghost batch normalization", Hoffer et al. 2017, "Train longer, generalize better", section 4).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any


def updater_in_parts(network: Any, parts: int, losses_of: Callable[..., Sequence[Any]], shares: Sequence[float]) -> Any:
    """Return a function that makes one update from a batch, its inputs and answers, and returns its losses.

    The batch's size must be a multiple of ``parts``.

    Args:
        network: a Keras model with an optimizer.
        losses_of: from the network's outputs and the answers to several losses.
        shares: what each of them counts in the sum that is made smaller.
    """
    import tensorflow

    @tensorflow.function(reduce_retracing=True)  # type: ignore[untyped-decorator]  # TensorFlow has no types
    def update(*batch: Any) -> Any:
        losses, gradients = [], []
        for shown, *answers in zip(*(tensorflow.split(one, parts) for one in batch), strict=True):
            with tensorflow.GradientTape() as tape:
                several = losses_of(network(shown, training=True), *answers)
                loss = sum(share * one for share, one in zip(shares, several, strict=True)) / parts
            gradients.append(tape.gradient(loss, network.trainable_variables))
            losses.append(tensorflow.stack(several))
        means = [tensorflow.add_n(of_parts) for of_parts in zip(*gradients, strict=True)]
        network.optimizer.apply_gradients(zip(means, network.trainable_variables, strict=True))
        return tensorflow.reduce_mean(tensorflow.stack(losses), axis=0)

    return update


def network_in_parts(parts: int) -> type[Any]:
    """Return a class for ``keras.Model(inputs, outputs)`` that splits each training batch into ``parts`` equal ones.

    The batch's size must be a multiple of ``parts``. Predicting and evaluating are ``keras.Model``'s own.
    """
    import keras
    import tensorflow

    class NetworkInParts(keras.Model):  # type: ignore[misc]  # Keras has no types
        def train_step(self, data: Any) -> dict[str, Any]:
            """Make one update from (images, targets); the graph's branches are independent, so they run at once."""
            images, targets, weights = keras.utils.unpack_x_y_sample_weight(data)
            if weights is not None:
                raise ValueError("expected images and targets, got sample weights as well; leave them out")
            losses, gradients, answers = [], [], []
            for some, wanted in zip(tensorflow.split(images, parts), tensorflow.split(targets, parts), strict=True):
                with tensorflow.GradientTape() as tape:
                    answer = self(some, training=True)
                    loss = self.compute_loss(x=some, y=wanted, y_pred=answer, training=True) / parts
                losses.append(loss)
                gradients.append(tape.gradient(loss, self.trainable_weights))
                answers.append(answer)
            means = [tensorflow.add_n(of_parts) for of_parts in zip(*gradients, strict=True)]
            self.optimizer.apply_gradients(zip(means, self.trainable_weights, strict=True))
            for metric in self.metrics:
                if metric.name == "loss":
                    metric.update_state(tensorflow.add_n(losses))
            return dict(self.compute_metrics(images, targets, tensorflow.concat(answers, 0)))

    return NetworkInParts
