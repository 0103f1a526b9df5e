"""What scikit-learn's estimators owe; its checks say what that is."""

from imgmine.cluster import PCA, GaussianMixture

from ..estimator_checks import every_check


@every_check(PCA(2), GaussianMixture(2))
def test_keeps_to_scikit_learns_contract(estimator, check):
    check(estimator)
