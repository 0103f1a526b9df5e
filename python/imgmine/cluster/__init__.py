"""Finding groups and directions in vectors that nobody has labeled."""

from ._agglomerative import Agglomerative
from ._dbscan import DBSCAN
from ._gaussian_mixture import GaussianMixture
from ._kmeans import KMeans
from ._outlier_scores import outlier_scores
from ._pca import PCA
from ._representatives import Representatives, representatives

__all__ = [
    "DBSCAN",
    "PCA",
    "Agglomerative",
    "GaussianMixture",
    "KMeans",
    "Representatives",
    "outlier_scores",
    "representatives",
]
