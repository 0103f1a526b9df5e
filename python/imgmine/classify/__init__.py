"""Learning to tell vectors of one class from those of another."""

from ._cross_val import cross_val_predict, cross_val_score
from ._discrete_naive_bayes import BernoulliNB, MultinomialNB
from ._gaussian_nb import GaussianNB
from ._grid_search_cv import GridSearchCV
from ._k_neighbors import KNeighborsClassifier
from ._linear_svc import LinearSVC
from ._stratified_k_fold import StratifiedKFold
from ._train_test_split import train_test_split

__all__ = [
    "BernoulliNB",
    "GaussianNB",
    "GridSearchCV",
    "KNeighborsClassifier",
    "LinearSVC",
    "MultinomialNB",
    "StratifiedKFold",
    "cross_val_predict",
    "cross_val_score",
    "train_test_split",
]
