from __future__ import annotations

from typing import TYPE_CHECKING

from ._image_model import ImageModel

if TYPE_CHECKING:
    from collections.abc import Sequence


class Autoencoder(ImageModel):
    """A network that makes short codes of pictures, and one that makes the pictures of the codes.

    Both learn together, so that the sum of squared differences between pictures and what becomes
    of them gets small. The encoder is a row of convolutions of stride 2, each followed by ReLU, and
    two dense layers; the decoder the same backwards, with transposed convolutions and a sigmoid at
    its end. With labels, both are also told the class.

    Parameters
    ----------
    code_size : int, default 32
        Numbers of a code, > 0.
    channels : sequence of int, optional
        Of the stages of the encoder, each of which halves the picture's sides, an odd one rounded
        up. Default: as many stages as leave no side above 8, with 32, 64 and then 128 channels.
    hidden : int, default 256
        Units of the dense layer between the last stage and the code, > 0.
    noise : float, default 0.0
        Standard deviation of normal noise that is added to the pictures, of 0 to 1, that the
        encoder sees while it learns, >= 0; what is asked for are the pictures without it.
    epochs : int, default 10
        How many times all pictures are looked at, > 0.
    batch_size : int, default 128
        Pictures from one change of the weights to the next, > 0.
    learning_rate : float, default 0.002
        Of Adam; it rises in the first tenth of the time, then falls to 0 along a cosine.
    precision : {"float32", "bfloat16"}
        As for `imgmine.nn.Network`.
    random_state : int, optional
        Seed of the first weights, the pictures' order and all noise, >= 0; None is 0.

    Attributes
    ----------
    encoder_, decoder_ : imgmine.nn.Network
        Of pictures from 0 to 1 of shape (n, H, W, C) and of codes.
    image_shape_ : tuple of int
        (H, W) or (H, W, C), as of the pictures it learned from.
    dtype_ : dtype
        Of those pictures.
    classes_ : ndarray or None
        The labels that it learned with, sorted.
    mean_image_ : ndarray of shape (H, W, C), float32
        From 0 to 1.
    history_ : imgmine.nn.History
        For each epoch ``loss``, ``mse`` (of values from 0 to 1) and ``seconds``.

    Notes
    -----
    The same weights and pictures, bit for bit, on every CPU and with any number of threads.

    For `sample`, codes are drawn from a mixture of at most 128 normal distributions, a mixture for
    each class, fitted to the codes of the pictures it learned from.

    References
    ----------
    .. [1] G. Hinton and R. Salakhutdinov, "Reducing the dimensionality of data with neural
       networks", Science 313, 2006.
    .. [2] P. Vincent et al., "Extracting and composing robust features with denoising
       autoencoders", ICML 2008.

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> rng = np.random.default_rng(0)
    >>> images = np.zeros((200, 8, 8), np.uint8)  # a bar each, of any place and brightness
    >>> images[np.arange(200), rng.integers(0, 8, 200)] = rng.integers(100, 256, (200, 1))
    >>> model = im.generate.Autoencoder(4, channels=(8,), hidden=64, epochs=100, batch_size=10,
    ...                                 learning_rate=0.005).fit(images)
    >>> model.encode(images).shape
    (200, 4)
    >>> bool(model.score(images) < 0.01 * (images / 255.0).var())
    True
    >>> model.sample(3, rng=0).shape
    (3, 8, 8)
    """

    def __init__(
        self,
        code_size: int = 32,
        *,
        channels: Sequence[int] | None = None,
        hidden: int = 256,
        noise: float = 0.0,
        epochs: int = 10,
        batch_size: int = 128,
        learning_rate: float = 2e-3,
        precision: str = "float32",
        random_state: int | None = None,
    ) -> None:
        self.code_size = code_size
        self.channels = channels
        self.hidden = hidden
        self.noise = noise
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.precision = precision
        self.random_state = random_state
