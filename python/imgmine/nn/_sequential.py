from __future__ import annotations

from typing import TYPE_CHECKING

from ._layer import Input, Layer
from ._network import Network

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._layer import Tensor


class Sequential(Network):
    """Layers one behind the other: the simple case of a `Network`.

    Parameters
    ----------
    layers : list of Layer
    input_shape : tuple of int
        Of one sample: (H, W, C) of an image.
    precision : {"float32", "bfloat16"}
        As for `Network`.
    random_state : int, default 0
        Which weights it begins with.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> network = im.nn.Sequential(
    ...     [
    ...         im.nn.Rescaling(1 / 255),
    ...         im.nn.Conv2D(8, 3, activation="relu"),
    ...         im.nn.MaxPool2D(),
    ...         im.nn.Flatten(),
    ...         im.nn.Dense(2, activation="softmax"),
    ...     ],
    ...     input_shape=(8, 8, 1),
    ... )
    >>> rng = np.random.default_rng(0)
    >>> images = rng.integers(0, 100, (40, 8, 8), np.uint8)
    >>> images[::2, 2:6] += 120  # a bar
    >>> labels = ["bar", "nothing"] * 20
    >>> history = network.fit(images, labels, epochs=20, optimizer=im.nn.Adam(0.01))
    >>> network.predict_labels(images[:3])
    array(['bar', 'nothing', 'bar'], dtype='<U7')
    """

    def __init__(
        self,
        layers: Sequence[Layer],
        input_shape: tuple[int, ...],
        *,
        precision: str = "float32",
        random_state: int | None = 0,
    ) -> None:
        first = Input(input_shape)
        handle: Tensor = first
        for layer in layers:
            if not isinstance(layer, Layer):
                raise TypeError(f"layers must be layers, got {layer!r}")
            handle = layer(handle)
        super().__init__(first, handle, precision=precision, random_state=random_state)
