"""What scikit-learn's clusterers owe; its checks say what that is."""

from imgmine.cluster import DBSCAN, Agglomerative

from ..estimator_checks import every_check


@every_check(DBSCAN(), Agglomerative(), Agglomerative(linkage="average", n_neighbors=4))
def test_keeps_to_scikit_learns_contract(estimator, check):
    check(estimator)
