from __future__ import annotations

from typing import TYPE_CHECKING

from .._validate import as_float, as_int
from ._conv2d import Conv2D
from ._dense import Dense
from ._pool2d import GlobalAvgPool2D, MaxPool2D
from ._regularization import Dropout
from ._reshaping import Rescaling
from ._sequential import Sequential

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._layer import Layer


def small_cnn(
    input_shape: tuple[int, int, int],
    n_classes: int,
    *,
    filters: Sequence[int] = (32, 64, 128, 128),
    dropout: float = 0.5,
    precision: str = "float32",
    random_state: int | None = 0,
) -> Sequential:
    """Make a network that tells a few classes of pictures apart, learning from some hundreds.

    Each stage is a convolution of 3 x 3 and `ReLU`; between stages `MaxPool2D` halves the picture.
    The means of the last stage's channels are the features that tell the classes apart.

    Parameters
    ----------
    input_shape : (int, int, int)
        Height, width and channels of pictures, uint8.
    n_classes : int
    filters : sequence of int, default (32, 64, 128, 128)
        Of each stage; each but the last halves the picture.
    dropout : float, default 0.5
        The share of features that training leaves out, and a fifth of it between stages.
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
    5154
    """
    layers: list[Layer] = [Rescaling(1 / 127.5, -1)]
    for i, n in enumerate(filters):
        layers += [MaxPool2D(), Dropout(as_float(dropout, "dropout") / 5)] if i else []
        layers.append(Conv2D(n, 3, padding="same", activation="relu"))
    layers += [GlobalAvgPool2D(), Dropout(dropout)]
    layers.append(Dense(as_int(n_classes, "n_classes"), activation="softmax"))
    return Sequential(layers, input_shape, precision=precision, random_state=random_state)
