import json
import re
import sys

import numpy as np
import pytest
from imgmine import ImageIndex, MissingDependencyError
from imgmine.collection import Hit, Results
from imgmine.io import imread

HITS = [Hit(3, "/a/one.jpg", 0.0, "cat"), Hit(7, "/a/two.jpg", 0.25, None), Hit(1, "name", 1.5, 4)]


@pytest.fixture
def results(photos, tmp_path):
    with ImageIndex.open(tmp_path / "c") as index:
        index.add(photos, labels="folder")
        return index.search(photos / "town" / "8.jpg", k=7)


def test_is_a_sequence():
    results = Results("query.jpg", HITS, "euclidean")
    assert len(results) == 3
    assert list(results) == HITS
    assert results[-1] == HITS[-1]
    assert HITS[1] in results
    assert results[1:] == Results("other", HITS[1:], "l1")
    assert results[1:].query == "query.jpg"
    assert results != Results("query.jpg", HITS[:2], "euclidean")
    assert results != HITS
    assert repr(results[:1]) == f"Results([{HITS[0]!r}])"
    with pytest.raises(TypeError):
        hash(results)


def test_table():
    assert str(Results("q", HITS, "euclidean")).splitlines() == [
        "      score  label  path",
        " 1   0.0000  cat    /a/one.jpg",
        " 2   0.2500         /a/two.jpg",
        " 3   1.5000  4      name",
    ]
    assert str(Results("q", [HITS[1]], "euclidean")).splitlines() == [
        "      score  path",
        " 1   0.2500  /a/two.jpg",
    ]
    assert str(Results("q", [], "euclidean")) == "nothing found"


def test_plain_data(results):
    dicts = json.loads(json.dumps(results.to_dicts()))
    assert [Hit(**entry) for entry in dicts] == list(results)


def test_page(results, tmp_path):
    """One file that holds the query and every hit as a picture, and asks for nothing else."""
    page = tmp_path / "page.html"
    results.to_html(page, title="Town & country")
    html = page.read_text("utf-8")
    assert html.count("<img ") == 8
    assert html.count("data:image/") == 8
    assert not re.search(r"""(src|href)=["'](?!data:)|url\(|@import|<script""", html)
    assert "<title>Town &amp; country</title>" in html
    order = [html.index(f">{hit.path[-5:]}</span>", html.index("gallery")) for hit in results]
    assert order == sorted(order)


def test_page_of_hostile_names_and_missing_files(tmp_path):
    hits = [
        Hit(1, '/x/<img src="http:evil" onerror=alert(1)>.jpg', 0.5, "<b>"),
        Hit(2, "/x/\udcff.jpg", 0.5, "\udcfe"),
    ]
    Results(np.zeros((9, 9), np.uint8), hits, "l1").to_html(tmp_path / "page.html")
    html = (tmp_path / "page.html").read_text("utf-8")
    assert "<img src=" not in html
    assert "<b>" not in html.replace("<b>&lt;img", "").replace("<b>\\udcff", "")
    assert html.count("data:image/") == 1
    assert html.count("No such file") == 2
    assert "\\udcff.jpg" in html
    assert "\\udcfe" in html


def test_notebook(results):
    html = results._repr_html_()
    assert html.count("data:image/") == 8
    assert "<body" not in html


@pytest.mark.parametrize("n", [0, 1, 5, 7])
def test_plot(results, tmp_path, n):
    figure = results[:n].plot(tmp_path / "plot.png")
    drawn = [axes for axes in figure.axes if axes.images]
    assert len(drawn) == n + 1
    assert [axes.get_title().split()[0] for axes in drawn] == [
        "query:",
        *(str(rank + 1) for rank in range(n)),
    ]
    np.testing.assert_array_equal(drawn[0].images[0].get_array(), imread(results.query))
    assert imread(tmp_path / "plot.png").shape[2] == 3
    assert (
        "matplotlib.pyplot" not in sys.modules or not sys.modules["matplotlib.pyplot"].get_fignums()
    )


def test_plot_of_pictures_that_are_gone_and_of_arrays(tmp_path):
    hits = [Hit(1, str(tmp_path / "$gone$.jpg"), 0.5, "$x$")]
    figure = Results(np.zeros((4, 4, 1), np.uint8), hits, "l1").plot(tmp_path / "plot.svg")
    assert [len(axes.images) for axes in figure.axes] == [1, 0]
    assert figure.axes[1].texts[0].get_text() == "No such file or directory"
    assert "<svg" in (tmp_path / "plot.svg").read_text()


def test_plot_without_matplotlib(results, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(MissingDependencyError, match=r"imgmine\[plot\]"):
        results.plot()
