"""Finding groups and directions in vectors that nobody has labeled."""

from ._gaussian_mixture import GaussianMixture
from ._kmeans import KMeans
from ._pca import PCA

__all__ = ["PCA", "GaussianMixture", "KMeans"]
