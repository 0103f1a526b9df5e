"""Searching photographs through files, catalogue and search is as good as exact evaluation."""

import numpy as np
import pytest
from imgmine import ImageIndex, metrics
from imgmine.collection import _plan
from imgmine.features import Recipe
from imgmine.io import find_images
from scipy.spatial.distance import cdist

SETS = {
    "corel1k": lambda path, _: path.parent.name,
    "caltech101": lambda path, _: path.parent.name,
    "ukbench": lambda _, i: i // 4,
}


def reference(vectors, labels, places):
    """Apply the definitions to all distances in float64."""
    distances = cdist(vectors, vectors)
    np.fill_diagonal(distances, np.inf)
    order = np.argsort(distances, axis=1, kind="stable")[:, :-1]
    right = labels[order] == labels[:, np.newaxis]
    precision = np.cumsum(right, axis=1) / np.arange(1, len(labels))
    average = (precision * right).sum(axis=1) / right.sum(axis=1)
    return {k: right[:, :k].mean() for k in places}, average.mean(), order


@pytest.mark.parametrize("name", SETS)
def test_photographs(data_dir, tmp_path, name):
    paths = find_images(data_dir / name)[:: 1 if name == "ukbench" else 2]
    labels = [SETS[name](path, i) for i, path in enumerate(paths)]
    vectors = Recipe.named("color").transform(paths)
    codes = np.unique(labels, return_inverse=True)[1]
    precision, average, order = reference(vectors, codes, (1, 3, 10))
    with ImageIndex.open(tmp_path / "c") as index:
        index.add(paths, labels=labels)
        index.export(tmp_path / "e")
        report = index.evaluate(k=(1, 3, 10))
        assert report.precision_at_k == pytest.approx(precision, abs=1e-3)
        assert report.mean_average_precision == pytest.approx(average, abs=1e-3)
        with ImageIndex.open(tmp_path / "e", mode="r") as exported:
            same = exported.evaluate(k=(1, 3, 10))
        assert same.to_dict() == report.to_dict()
        found = index.search_many(paths, k=4)
        pairs = zip(found, labels, strict=True)
        relevance = [[hit.label == label for hit in hits] for hits, label in pairs]
        expected = 1 + (codes[order[:, :3]] == codes[:, np.newaxis]).sum(axis=1).mean()
        assert metrics.ns_score(relevance) == pytest.approx(expected, abs=5e-3)


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("metric", ["euclidean", "cosine", "l1"])
def test_files_of_vectors_change_nothing(data_dir, tmp_path, monkeypatch, name, metric):
    paths = find_images(data_dir / name)[::3]
    with ImageIndex.open(tmp_path / "memory", metric=metric) as index:
        index.add(paths)
        expected = index.search_many(paths, k=10)
        report = index.evaluate([path.parent.name for path in paths]) if name != "ukbench" else None
    monkeypatch.setattr(_plan, "FEW", 10)
    monkeypatch.setattr(_plan, "SMALL", 100)
    with ImageIndex.open(tmp_path / "files", metric=metric) as index:
        for start in range(0, len(paths), 120):
            index.add(paths[start : start + 120])
        index._filer.finish()
        assert list((tmp_path / "files").glob("vectors-*"))
    with ImageIndex.open(tmp_path / "files", mode="r") as index:
        exact = index.search_many(paths, k=10, exact=True)
        quick = index.search_many(paths, k=10)
        if report is not None:
            same = index.evaluate([path.parent.name for path in paths])
            assert same.to_dict() == report.to_dict()
    found = 0
    for wanted, all_compared, hits in zip(expected, exact, quick, strict=True):
        assert list(all_compared) == list(wanted)
        found += len({hit.id for hit in wanted} & {hit.id for hit in hits})
    assert found >= 0.99 * 10 * len(paths)
