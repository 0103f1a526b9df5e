import json
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine import ImageIndex, metrics
from imgmine.collection._retrieval_report import evaluate
from imgmine.collection._snapshot import Snapshot
from scipy.spatial.distance import cdist


def snapshot(vectors, labels):
    n = len(vectors)
    paths = [f"/{label}/{i}.jpg" for i, label in enumerate(labels)]
    return Snapshot.of(
        np.arange(n) + 1,
        paths,
        list(labels),
        np.asarray(vectors, np.float32),
        [{}] * n,
        [()] * n,
    )


def reference(vectors, labels, k):
    """Apply the definitions, query by query; no two distances may be equal."""
    distances = cdist(vectors, vectors)
    scores = {}
    for i, label in enumerate(labels):
        others = [j for j in np.argsort(distances[i]) if j != i and labels[j] is not None]
        right = [labels[j] == label for j in others]
        if label is None or not any(right):
            continue
        precision = [sum(right[:place]) / place for place in k]
        places = [place for place, ok in enumerate(right) if ok]
        average = np.mean([sum(right[: place + 1]) / (place + 1) for place in places])
        scores[i] = (label, average, precision)
    return scores


labels_of_pictures = st.lists(st.sampled_from(["a", "b", "c", 1, None]), min_size=2, max_size=25)


@settings(max_examples=60)
@given(labels_of_pictures, st.integers(0, 2**32 - 1), st.integers(1, 30))
def test_against_the_definitions(labels, seed, block):
    vectors = np.random.default_rng(seed).normal(size=(len(labels), 6)).astype(np.float32)
    k = (1, 3, 30)
    expected = reference(vectors.astype(np.float64), labels, k)
    if not expected:
        with pytest.raises(ValueError, match="two pictures share"):
            evaluate(snapshot(vectors, labels), "euclidean", None, k)
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("imgmine.collection._retrieval_report._BLOCK", block)
        report = evaluate(snapshot(vectors, labels), "euclidean", None, k)
    averages = {i: average for i, (_, average, _) in expected.items()}
    assert report.n_queries == len(expected)
    assert report.n_pictures == sum(label is not None for label in labels)
    codes = np.array([hash(label) for label in labels])
    relevant = []
    for i in expected:
        order = [j for j in np.argsort(cdist(vectors[[i]], vectors)[0]) if j != i]
        relevant.append(codes[[j for j in order if labels[j] is not None]] == codes[i])
    assert report.ndcg == pytest.approx(metrics.ndcg_score(relevant))
    with_query = [[True, *row] for row in relevant]
    assert report.ns_score == pytest.approx(metrics.ns_score(with_query))
    np.testing.assert_allclose(report.total.curve, metrics.interpolated_precision(relevant))
    assert report.mean_average_precision == pytest.approx(np.mean(list(averages.values())))
    for place, value in report.precision_at_k.items():
        column = [precision[k.index(place)] for _, _, precision in expected.values()]
        assert value == pytest.approx(np.mean(column))
    for row in report.table:
        own = [entry for entry in expected.values() if entry[0] == row.label]
        assert row.n_queries == len(own)
        assert row.average_precision == pytest.approx(np.mean([entry[1] for entry in own]))
        np.testing.assert_allclose(row.precision, np.mean([entry[2] for entry in own], axis=0))
    assert [example.average_precision for example in report.hardest] == pytest.approx(
        sorted(averages.values())[: len(report.hardest)]
    )
    for example in (*report.hardest, *report.typical):
        row = example.query.id - 1
        assert example.average_precision == pytest.approx(averages[row])
        others = [j for j in np.argsort(cdist(vectors[[row]], vectors)[0]) if j != row]
        nearest = [j + 1 for j in others if labels[j] is not None][:8]
        assert [hit.id for hit in example.hits] == nearest
        assert [hit.label for hit in example.hits] == [labels[i - 1] for i in nearest]
    for example, row in zip(report.typical, report.table, strict=True):
        own = sorted(averages[i] for i, entry in expected.items() if entry[0] == row.label)
        assert example.average_precision == pytest.approx(own[(len(own) - 1) // 2])


def test_equal_vectors_are_told_apart():
    """A picture is left out of its own ranking even where a copy of it comes before it."""
    vectors = np.zeros((4, 2))
    report = evaluate(snapshot(vectors, "aabb"), "euclidean", None, (1, 3))
    assert report.precision_at_k == {1: 0.5, 3: pytest.approx(1 / 3)}


@pytest.mark.parametrize("kind", ["stored", "folder", "list", "array", "dict"])
def test_where_labels_come_from(photos, tmp_path, kind):
    with ImageIndex.open(tmp_path / "c") as index:
        index.add(photos, labels="folder")
        expected = index.evaluate()
        index.add(index.paths(), labels=["x"] * 9)
        given = {
            "stored": None,
            "folder": "folder",
            "list": [path.split("/")[-2] for path in index.paths()],
            "array": np.array([path.split("/")[-2] for path in index.paths()]),
            "dict": {path: path.split("/")[-2] for path in index.paths()},
        }[kind]
        found = index.evaluate(given)
    if kind == "stored":
        assert found.mean_average_precision == 1
    else:
        assert found.to_dict() == expected.to_dict()


def test_labels_only_for_some(photos, tmp_path):
    with ImageIndex.open(tmp_path / "c") as index:
        index.add(photos)
        some = dict.fromkeys(index.paths()[:4], "x")
        assert index.evaluate(some).n_pictures == 4
        with pytest.raises(ValueError, match="two pictures share"):
            index.evaluate()
        with pytest.raises(ValueError, match="one for each of 9, got 2"):
            index.evaluate(["a", "a"])
        with pytest.raises(ValueError, match="'folder'"):
            index.evaluate("folders")
        with pytest.raises(ValueError, match="k must be at least 1"):
            index.evaluate("folder", k=[0])


def test_text_and_data():
    vectors = [[0, 0], [0, 1], [9, 9], [9, 8], [5, 5]]
    report = evaluate(
        snapshot(vectors, ["beach", "beach", "bus", "bus", "food"]), "l1", None, (1, 2)
    )
    assert str(report).splitlines() == [
        "4 queries among 5 pictures, l1: MAP 1.000, NDCG 1.000",
        "",
        "          MAP     P@1     P@2  queries",
        "beach   1.000   1.000   0.500        2",
        "bus     1.000   1.000   0.500        2",
        "all     1.000   1.000   0.500        4",
    ]
    assert repr(report) == "RetrievalReport(4 queries, 5 pictures, MAP 1.000)"
    row = {
        "n_queries": 2,
        "mean_average_precision": 1.0,
        "precision_at_k": {"1": 1.0, "2": 0.5},
        "ndcg": 1.0,
        "precision_at_recall": [1.0] * 11,
    }
    assert json.loads(json.dumps(report.to_dict())) == {
        **row,
        "metric": "l1",
        "n_pictures": 5,
        "n_queries": 4,
        "ns_score": 2.0,
        "labels": [{"label": "beach", **row}, {"label": "bus", **row}],
    }


def test_page(photos, tmp_path):
    with ImageIndex.open(tmp_path / "c") as index:
        index.add(photos, labels="folder")
        report = index.evaluate(k=(1, 2))
    report.to_html(tmp_path / "page.html", title="Town & country")
    html = (tmp_path / "page.html").read_text("utf-8")
    shown = [*report.typical, *report.hardest]
    assert len(report.typical) == 3
    assert html.count("data:image/") == sum(1 + len(example.hits) for example in shown)
    assert not re.search(r"""(src|href)=["'](?!data:)|url\(|@import|<script""", html)
    right = sum(hit.label == example.query.label for example in shown for hit in example.hits)
    assert html.count('<figure class="good">') == right
    assert html.count('<figure class="bad">') == sum(len(e.hits) for e in shown) - right
    assert "Town &amp; country" in html
    assert "data:image/" not in report._repr_html_()
    assert f"{report.mean_average_precision:.3f}" in report._repr_html_()


def test_plot(tmp_path):
    pytest.importorskip("matplotlib")
    vectors = np.random.default_rng(0).normal(size=(30, 4))
    labels = [f"${i % 3}" for i in range(30)]
    report = evaluate(snapshot(vectors, labels), "euclidean", None, (1,))
    (axes,) = report.plot(tmp_path / "curve.png").axes
    assert (tmp_path / "curve.png").stat().st_size > 1000
    *thin, thick = axes.lines
    assert len(thin) == 3
    np.testing.assert_array_equal(thick.get_ydata(), report.total.curve)
    many = evaluate(snapshot(vectors, [i // 2 for i in range(30)]), "euclidean", None, (1,))
    assert len(many.plot().axes[0].get_legend().get_texts()) == 1


def test_the_ns_score_is_shown_where_labels_have_four_pictures():
    vectors = np.repeat([0.0, 9.0], 4)[:, np.newaxis]
    report = evaluate(snapshot(vectors, list("aaaabbbb")), "euclidean", None, (1,))
    assert "N-S score 4.00" in str(report)
    assert "N-S score" in report._repr_html_()
