"""What scikit-learn's estimators owe; its checks say what that is."""

from imgmine.cluster import DBSCAN, PCA, Agglomerative, GaussianMixture, KMeans

from ..estimator_checks import every_check

# Other samples are other first centers; scikit-learn's own KMeans is not asked for this, either.
OF_SEEDS = {"check_sample_weight_equivalence_on_dense_data": "seeds are drawn from the samples"}


@every_check(
    PCA(2),
    GaussianMixture(2),
    DBSCAN(),
    Agglomerative(),
    Agglomerative(linkage="average", n_neighbors=4),
)
def test_keeps_to_scikit_learns_contract(estimator, check):
    check(estimator)


@every_check(KMeans(2), KMeans(2, batch_size=16), expected_failures=OF_SEEDS)
def test_clusters_keep_to_scikit_learns_contract(estimator, check):
    check(estimator)
