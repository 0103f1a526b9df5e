from __future__ import annotations

from typing import TYPE_CHECKING

from .._validate import as_int
from ._activations import ReLU
from ._conv2d import Conv2D
from ._dense import Dense
from ._pool2d import GlobalAvgPool2D, MaxPool2D
from ._regularization import BatchNorm, Dropout
from ._reshaping import Rescaling
from ._sequential import Sequential

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._layer import Layer


def small_cnn(
    input_shape: tuple[int, int, int],
    n_classes: int,
    *,
    filters: Sequence[int] = (32, 64, 128),
    dropout: float = 0.3,
    precision: str = "float32",
    random_state: int | None = 0,
) -> Sequential:
    """Make a network that tells a few classes of pictures apart, learning from some hundreds.

    Each stage is a convolution of 3 x 3, `BatchNorm`, `ReLU` and `MaxPool2D`, which halves the
    picture; the means of the last stage's channels are the features of the classes.

    Parameters
    ----------
    input_shape : (int, int, int)
        Height, width and channels of pictures, uint8.
    n_classes : int
    filters : sequence of int, default (32, 64, 128)
        Of each stage.
    dropout : float, default 0.3
        The share of features that training leaves out.
    precision : {"float32", "bfloat16"}
    random_state : int, default 0
        Which weights it begins with.

    Returns
    -------
    Sequential

    Examples
    --------
    >>> import imgmine as im
    >>> network = im.nn.small_cnn((64, 64, 3), 2, filters=(16, 32))
    >>> network.summary().parameters
    5298
    """
    layers: list[Layer] = [Rescaling(1 / 127.5, -1)]
    for n in filters:
        layers += [Conv2D(n, 3, padding="same", use_bias=False), BatchNorm(momentum=0.9), ReLU()]
        layers.append(MaxPool2D())
    layers += [GlobalAvgPool2D(), Dropout(dropout)]
    layers.append(Dense(as_int(n_classes, "n_classes"), activation="softmax"))
    return Sequential(layers, input_shape, precision=precision, random_state=random_state)
