"""Pictures made by networks: autoencoders, which also fill gaps and take noise away."""

from ._autoencoder import Autoencoder
from ._image_grid import image_grid
from ._vae import VAE

__all__ = ["VAE", "Autoencoder", "image_grid"]
