"""Learning to tell vectors of one class from those of another."""

from ._linear_svc import LinearSVC
from ._train_test_split import train_test_split

__all__ = ["LinearSVC", "train_test_split"]
