"""Learning to tell vectors of one class from those of another."""

from ._discrete_naive_bayes import BernoulliNB, MultinomialNB
from ._gaussian_nb import GaussianNB
from ._k_neighbors import KNeighborsClassifier
from ._linear_svc import LinearSVC
from ._train_test_split import train_test_split

__all__ = [
    "BernoulliNB",
    "GaussianNB",
    "KNeighborsClassifier",
    "LinearSVC",
    "MultinomialNB",
    "train_test_split",
]
