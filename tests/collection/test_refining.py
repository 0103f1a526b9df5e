"""Query expansion, and ranking by shared neighbors, against their definitions."""

import imgmine as im
import numpy as np
import pytest
from imgmine import ImageIndex
from imgmine.collection._refining import expanded, reranking
from imgmine.similarity import pairwise


def reranked_one_by_one(query, hits, metric):
    """Rank as Zhong et al. say, with sets and loops."""
    vectors = np.vstack([query[np.newaxis], hits])
    n = len(vectors)
    distances = pairwise(vectors, vectors, metric).astype(float)
    if metric in ("cosine", "inner_product"):
        distances = distances.max(axis=1, keepdims=True) - distances
    elif metric == "euclidean":
        distances = distances**2
    np.fill_diagonal(distances, 0)
    distances /= distances.max(axis=1, keepdims=True)
    np.fill_diagonal(distances, -1)
    ranks = np.argsort(distances, axis=1, kind="stable")

    def neighbors(i, k):
        return {j for j in ranks[i, : k + 1] if i in ranks[j, : k + 1]}

    weights = np.zeros((n, n))
    for i in range(n):
        near = neighbors(i, 20)
        members = set(near)
        for j in near:
            nearer = neighbors(j, 10)
            if len(nearer & near) > 2 / 3 * len(nearer):
                members |= nearer
        for j in members:
            weights[i, j] = np.exp(-max(distances[i, j], 0))
        weights[i] /= weights[i].sum()
    weights = np.array([weights[ranks[i, :6]].mean(axis=0) for i in range(n)])
    scores = []
    for i in range(1, n):
        shared = np.minimum(weights[0], weights[i]).sum()
        jaccard = 1 - shared / np.maximum(weights[0], weights[i]).sum()
        scores.append(0.7 * jaccard + 0.3 * distances[0, i])
    return scores


@pytest.mark.parametrize("metric", ["euclidean", "cosine", "inner_product"])
@pytest.mark.parametrize("n", [3, 9, 60])
def test_reranking_by_its_definition(metric, n):
    rng = np.random.default_rng(n)
    centers = rng.random((4, 6))
    hits = (centers[np.arange(n) % 4] + rng.normal(0, 0.15, (n, 6))).astype(np.float32)
    query = (centers[0] + rng.normal(0, 0.1, 6)).astype(np.float32)
    scores = reranked_one_by_one(query, hits, metric)
    order = reranking(query, hits, metric)
    assert sorted(order) == list(range(n))
    np.testing.assert_allclose(np.array(scores)[order], np.sort(scores), atol=1e-9)


def test_equal_vectors_are_no_trouble():
    hits = np.ones((30, 4), np.float32)
    assert reranking(hits[0], hits, "euclidean").tolist() == list(range(30))
    assert sorted(reranking(np.zeros(4, np.float32), hits * 0, "cosine")) == list(range(30))


def test_expanded():
    query, hits = np.array([1, 0], np.float32), np.array([[1, 0], [0, 2], [-1, 0]], np.float32)
    np.testing.assert_array_equal(expanded(query, hits), [1, 0])
    np.testing.assert_array_equal(expanded(query, hits[:0]), [1, 0])
    np.testing.assert_allclose(
        expanded(query, np.array([[3, 3]], np.float32)),
        (np.array([1, 0]) + 0.5**1.5 * np.array([3, 3])) / (1 + 0.5**1.5),
        rtol=1e-6,
    )
    np.testing.assert_array_equal(expanded(0 * query, hits), [0, 0])


def noisy(kind, seed):
    rng = np.random.default_rng(seed)
    return (rng.integers(0, 130, (12, 10, 3)) + [(70, 60, 60), (60, 60, 70)][kind]).astype(np.uint8)


@pytest.fixture
def index(tmp_path):
    with ImageIndex.open(tmp_path / "c", metric="euclidean") as opened:
        opened.add({f"{i}": noisy(i % 2, i) for i in range(60)}, labels=[i % 2 for i in range(60)])
        yield opened


def test_search_ranks_the_best_again(index):
    query = noisy(0, 999)
    plain = index.search(query, 60)
    found = index.search(query, 60, rerank=30)
    vectors = index.vectors()[[hit.id - 1 for hit in plain[:30]]]
    order = reranking(index.recipe(query), vectors, "euclidean")
    assert list(found) == [*(plain[i] for i in order), *plain[30:]]
    assert list(index.search(query, 5, rerank=30)) == list(found[:5])
    assert list(index.search(query, 5, rerank=1)) == list(plain[:5])
    assert [hit.label for hit in index.search(query, 60, label=1, rerank=60)] == [1] * 30


def test_a_file_does_not_expand_itself(index, tmp_path):
    path = tmp_path / "query.png"
    im.io.imwrite(path, noisy(0, 999))
    before = index.search(path, 20, expand=3)
    index.add([path])
    assert list(index.search(path, 20, expand=3, include_self=False)) == list(before)
    assert str(path) in [hit.path for hit in index.search(path, 20, expand=3)]


@pytest.mark.parametrize("name", ["expand", "rerank"])
@pytest.mark.parametrize(("value", "error"), [(-1, ValueError), (1.5, TypeError), (3000, None)])
def test_numbers_that_cannot_be(index, name, value, error):
    if value == 3000 and name == "expand":
        assert len(index.search(noisy(0, 1), 5, expand=value)) == 5
        return
    with pytest.raises(error or ValueError, match=f"^{name} must be"):
        index.search(noisy(0, 1), **{name: value})


def test_an_empty_catalogue(tmp_path):
    with ImageIndex.open(tmp_path / "e") as index:
        assert len(index.search(noisy(0, 1), expand=3, rerank=10)) == 0
