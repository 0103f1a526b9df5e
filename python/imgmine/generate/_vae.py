from __future__ import annotations

from typing import TYPE_CHECKING

from .._validate import as_float, as_name
from ._image_model import ImageModel

if TYPE_CHECKING:
    from collections.abc import Sequence

_DENSITIES = "mixture", "normal"


class VAE(ImageModel):
    """A variational autoencoder: codes are distributions, which together fill the normal one.

    As `Autoencoder`, but the encoder says mean and variance for each number of a code. What is made
    small is the sum of squared differences between a picture and what the decoder makes of a code
    drawn from that distribution, plus `beta` times the distribution's divergence from the standard
    normal one. So codes that are near stand for pictures that look alike, and those between the
    codes of pictures stand for pictures, too.

    Parameters
    ----------
    code_size : int, default 32
        Numbers of a code, > 0.
    beta : float, default 0.05
        What the divergence (Kullback and Leibler, in nats) counts, >= 0. It is twice the variance
        of a pixel about the reconstruction that is taken as natural: small values make sharp
        reconstructions, large ones samples that are more alike pictures.
    density : {"mixture", "normal"}
        Which distribution `sample` draws codes from: a mixture that is fitted to the codes of the
        pictures it learned from, for each class one, as by `Autoencoder`; or the standard normal
        one, which is right as far as `beta` is large.
    channels : sequence of int, optional
        As for `Autoencoder`.
    hidden : int, default 256
        As for `Autoencoder`.
    noise : float, default 0.0
        As for `Autoencoder`.
    epochs : int, default 10
        As for `Autoencoder`.
    batch_size : int, default 128
        As for `Autoencoder`.
    learning_rate : float, default 0.002
        As for `Autoencoder`.
    precision : {"float32", "bfloat16"}
        As for `imgmine.nn.Network`.
    random_state : int, optional
        As for `Autoencoder`.

    Attributes
    ----------
    encoder_, decoder_ : imgmine.nn.Network
        Of pictures from 0 to 1 of shape (n, H, W, C), to means and then logarithms of variances;
        and of codes.
    image_shape_ : tuple of int
        (H, W) or (H, W, C), as of the pictures it learned from.
    dtype_ : dtype
        Of those pictures.
    classes_ : ndarray or None
        The labels that it learned with, sorted.
    mean_image_ : ndarray of shape (H, W, C), float32
        From 0 to 1.
    history_ : imgmine.nn.History
        For each epoch ``loss``, ``mse`` (of values from 0 to 1), ``divergence`` and ``seconds``.

    Notes
    -----
    The same weights and pictures, bit for bit, on every CPU and with any number of threads.
    Logarithms of variances count as -20 below that and as 20 above. `encode` returns means.

    References
    ----------
    .. [1] D. Kingma and M. Welling, "Auto-encoding variational Bayes", ICLR 2014.
       https://arxiv.org/abs/1312.6114
    .. [2] I. Higgins et al., "beta-VAE: learning basic visual concepts with a constrained
       variational framework", ICLR 2017.
    .. [3] K. Sohn, H. Lee and X. Yan, "Learning structured output representation using deep
       conditional generative models", NIPS 2015.
    .. [4] P. Ghosh et al., "From variational to deterministic autoencoders", ICLR 2020: samples
       from a mixture that is fitted to the codes afterwards. https://arxiv.org/abs/1903.12436

    Examples
    --------
    >>> import numpy as np
    >>> import imgmine as im
    >>> rng = np.random.default_rng(0)
    >>> images = np.zeros((200, 8, 8), np.uint8)  # a bar each, lying or standing
    >>> places = rng.integers(0, 8, 200)
    >>> images[np.arange(100), places[:100]] = 255
    >>> images[np.arange(100, 200), :, places[100:]] = 255
    >>> labels = np.repeat(["lying", "standing"], 100)
    >>> model = im.generate.VAE(4, channels=(8,), hidden=64, epochs=100, batch_size=10,
    ...                         learning_rate=0.005).fit(images, labels)
    >>> bars = model.sample(100, rng=0, label="standing").astype(float)
    >>> bool(bars.std(axis=2).mean() > bars.std(axis=1).mean())
    True
    """

    def __init__(
        self,
        code_size: int = 32,
        *,
        beta: float = 0.05,
        density: str = "mixture",
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
        self.beta = beta
        self.density = density
        self.channels = channels
        self.hidden = hidden
        self.noise = noise
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.precision = precision
        self.random_state = random_state

    def _divergence_weight(self) -> float | None:
        beta = as_float(self.beta, "beta")
        if not 0 <= beta <= 1e6:
            raise ValueError(f"beta must be from 0 to 1e6, got {beta}")
        return beta

    def _fits_density(self) -> bool:
        if as_name(self.density, "density") not in _DENSITIES:
            raise ValueError(f"density must be one of {_DENSITIES}, got {self.density!r}")
        return self.density == "mixture"

    def _outputs(self, code_size: int) -> int:
        return 2 * code_size
