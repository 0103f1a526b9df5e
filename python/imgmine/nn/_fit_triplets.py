from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._samples import as_seed
from .._validate import as_bool, as_float, as_int, as_name
from ._callbacks import as_callbacks
from ._losses import codes_of
from ._metric_losses import LOSSES, METRIC_LOSSES
from ._optimizers import as_optimizer
from ._training import Settings, Training

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._progress import Progress
    from .._validate import Array
    from ._augment import Augment
    from ._callbacks import Callback
    from ._history import History
    from ._network import Network
    from ._optimizers import Optimizer
    from ._schedules import Schedule


def fit_triplets(
    network: Network,
    x: Any,
    y: Any,
    *,
    loss: str = "triplet",
    margin: float = 0.2,
    epochs: int = 1,
    batch_size: int = 64,
    samples_per_class: int = 4,
    optimizer: str | Optimizer = "adam",
    augment: Augment | None = None,
    callbacks: Callback | Sequence[Callback] = (),
    schedule: Schedule | None = None,
    random_state: int | None = 0,
    progress: Progress = False,
) -> History:
    """Teach a network to put pictures of one class near each other, for search.

    What the network gives, brought to length 1, is compared within each batch. With "triplet", each
    picture's farthest one of its class is to be nearer than its nearest one of another, by the
    margin at least. With "contrastive", pictures of a class are drawn together, and others pushed
    apart until they are as far as the margin.

    Parameters
    ----------
    network : Network
        Of one output, a vector: the embedding. `Network.with_head` makes one of a classifier.
    x : array_like of shape (n, H, W, C) or as `Input` has it, uint8 or float32
    y : array_like of shape (n,)
        Labels of any kind, of at least two classes.
    loss : {"triplet", "contrastive"}
    margin : float, default 0.2
        Above 0; distances are from 0 to 2.
    epochs : int, default 1
        How many times all samples are looked at.
    batch_size : int, default 64
        Samples that are compared with each other, at least 2.
    samples_per_class : int, default 4
        How many of a class come together in a batch, at least 2.
    optimizer : {"adam", "adamw", "sgd"} or Optimizer
    augment : Augment, optional
        How pictures are changed at random.
    callbacks : callable ``(network, history)`` or list of them
        As in `Network.fit`.
    schedule : callable ``(epoch, epochs)``, optional
        As in `Network.fit`.
    random_state : int, default 0
        Which samples come together, which augmentation, which inputs `Dropout` drops.
    progress : bool or callable ``(done, total)``, default False

    Returns
    -------
    History
        ``accuracy`` is the share of pictures whose nearest one in the batch is of their class.

    Raises
    ------
    ValueError
        If shapes do not fit, a number is out of range, or there are fewer than two classes.

    Notes
    -----
    The same weights, bit for bit, on every CPU and with any number of threads. Layers that
    `Network.freeze` named stay as they are.

    References
    ----------
    .. [1] A. Hermans, L. Beyer and B. Leibe, "In defense of the triplet loss for person
       re-identification", 2017. https://arxiv.org/abs/1703.07737
    .. [2] R. Hadsell, S. Chopra and Y. LeCun, "Dimensionality reduction by learning an invariant
       mapping", CVPR 2006.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> rng = np.random.default_rng(0)
    >>> images = rng.integers(0, 100, (40, 8, 8, 1), np.uint8)
    >>> images[::2, 2:6] += 120  # a bar
    >>> layers = [im.nn.Rescaling(1 / 255), im.nn.Flatten(), im.nn.Dense(4)]
    >>> network = im.nn.Sequential(layers, input_shape=(8, 8, 1))
    >>> labels, adam = ["bar", "nothing"] * 20, im.nn.Adam(0.01)
    >>> history = im.nn.fit_triplets(network, images, labels, epochs=20, optimizer=adam)
    >>> history["accuracy"][-1]
    1.0
    """
    if as_name(loss, "loss") not in LOSSES:
        raise ValueError(f"loss must be one of {LOSSES}, got {loss!r}")
    margin = as_float(margin, "margin")
    if not 0 < margin < np.inf:
        raise ValueError(f"margin must be above 0 and finite, got {margin}")
    inputs = network._samples(x, augment)
    labels = _labels(y, len(inputs[0]))
    shape = network._only_output()
    if len(shape) != 1:
        raise ValueError(f"network must give a vector for each picture, it gives shape {shape}")
    settings = Settings(
        epochs=_at_least(1, epochs, "epochs"),
        batch_size=_at_least(2, batch_size, "batch_size"),
        optimizer=as_optimizer(optimizer),
        loss=loss,
        label_smoothing=0.0,
        augment=augment,
        callbacks=as_callbacks(callbacks),
        schedule=schedule,
        shuffle=as_bool(True, "shuffle"),
        random_state=as_seed(random_state),
        progress=progress,
        checkpoint=None,
        resume=False,
    )
    together = _at_least(2, samples_per_class, "samples_per_class")
    return MetricTraining(network, inputs, labels, settings, margin, together).run()


class MetricTraining(Training):
    """One call of `fit_triplets`: batches of groups of a class, and a loss of distances."""

    def __init__(
        self,
        network: Network,
        inputs: list[Array],
        labels: Array,
        settings: Settings,
        margin: float,
        samples_per_class: int,
    ) -> None:
        super().__init__(network, inputs, labels, None, settings)
        self.margin, self.samples_per_class = margin, samples_per_class

    def _gradients(self, rows: Array, epoch: int) -> tuple[float, int]:
        inputs = self._batch(rows, epoch)
        (outputs,) = self.core.forward(inputs, True, self._seed())
        loss = METRIC_LOSSES[self.settings.loss]
        value, right, gradient = loss(outputs, self.targets[rows], self.margin)
        self.core.backward([gradient], False)
        return value, right

    def _order(self, epoch: int) -> Array:
        """Return all samples, those of a class in groups, the groups in any order."""
        seed = np.random.SeedSequence((self.settings.random_state, epoch))
        rng = np.random.Generator(np.random.PCG64(seed))
        groups: list[Array] = []
        for label in np.unique(self.targets):
            rows = rng.permutation(np.flatnonzero(self.targets == label))
            n_groups = max(1, len(rows) // self.samples_per_class)
            groups += np.array_split(rows, n_groups)
        order = rng.permutation(len(groups))
        return np.concatenate([groups[i] for i in order]).astype(np.int64)


def _labels(y: Any, n: int) -> Array:
    labels = list(y) if not isinstance(y, np.ndarray) else y
    if len(labels) != n or np.ndim(y) > 1:
        raise ValueError(f"y must have shape ({n},), got {np.shape(y)}")
    known = list(dict.fromkeys(labels.tolist() if isinstance(labels, np.ndarray) else labels))
    if len(known) < 2:
        raise ValueError(f"y must have at least two classes, got {known}")
    classes = np.empty(len(known), object)
    classes[:] = known
    return codes_of(labels, classes)


def _at_least(least: int, value: Any, name: str) -> int:
    if as_int(value, name) < least:
        raise ValueError(f"{name} must be at least {least}, got {value}")
    return int(value)
