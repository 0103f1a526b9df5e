"""What names pictures on the command line: a trained classifier, or a network of `imgmine.nn`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..collection import ImageClassifier
from ..features import Embedder, Recipe

if TYPE_CHECKING:
    from .._validate import Array

NETWORK = ".safetensors"


class NetworkScores:
    """The model of a classifier whose vectors are a network's outputs: the largest one wins."""

    def __init__(self, classes: Array) -> None:
        self.classes_ = classes
        self.n_features_in_ = len(classes)

    def predict(self, X: Array) -> Array:
        """Return the class of each row; of equal ones the first."""
        found: Array = self.classes_[np.argmax(X, axis=1)]
        return found

    def decision_function(self, X: Array) -> Array:
        """Return the rows, one output for each class."""
        return X


def load_classifier(path: str) -> ImageClassifier:
    """Return the classifier in a file: one that "imgmine train" wrote, or a network."""
    return _of_network(path) if path.endswith(NETWORK) else ImageClassifier.load(path)


def _of_network(path: str) -> ImageClassifier:
    from ..nn import Network

    network = Network.load(path)
    classes = getattr(network, "classes_", None)
    embedder = Embedder(path, layer=network.layer_names[-1], normalize=None)
    if classes is None or len(classes) != embedder.dimensions:
        raise ValueError(f"{path}: this network names no classes: train it on labels")
    scores: Any = NetworkScores(np.asarray(classes))
    return ImageClassifier.from_model(Recipe([embedder]), scores)
