import json
import subprocess
import sys
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
import sklearn.metrics
from hypothesis import given
from hypothesis import strategies as st
from imgmine._errors import MissingDependencyError
from imgmine.collection._report import Report
from imgmine.io import imread, imwrite
from imgmine.metrics import roc_auc_score

CLASSES = np.array(["beach", "bus", "dinosaur", "food"])

pairs = st.integers(1, 30).flatmap(
    lambda n: st.tuples(*[st.lists(st.integers(0, 3), min_size=n, max_size=n)] * 2)
)


def small_report(**options):
    y_true = ["bus", "bus", "food", "food", "beach", "food"]
    y_pred = ["bus", "food", "food", "bus", "food", "food"]
    return Report(["food", "bus", "beach"], y_true, y_pred, **options)


@given(pairs)
def test_figures_match_scikit_learn(pair):
    y_true, y_pred = (CLASSES[codes] for codes in pair)
    report = Report(CLASSES, y_true, y_pred)
    options = {"labels": CLASSES, "zero_division": 0.0}
    for average in ("macro", "weighted"):
        expected = sklearn.metrics.precision_recall_fscore_support(
            y_true, y_pred, average=average, **options
        )
        assert report.mean(average)[1:4] == pytest.approx(expected[:3], rel=1e-12)
    assert (report.precision, report.recall, report.f1) == report.mean("weighted")[1:4]
    assert report.accuracy == pytest.approx(sklearn.metrics.accuracy_score(y_true, y_pred))
    expected = sklearn.metrics.precision_recall_fscore_support(y_true, y_pred, **options)
    np.testing.assert_allclose([row[1:] for row in report.table], np.transpose(expected))
    expected = sklearn.metrics.confusion_matrix(y_true, y_pred, labels=CLASSES)
    np.testing.assert_array_equal(report.confusion, expected)
    assert len(report.mistakes) == np.sum(y_true != y_pred)


def test_mistakes_come_in_the_order_of_confidence():
    scores = np.zeros((6, 3))
    scores[1] = [0.5, 0.4, 0.1]  # bus taken for food by a margin of 0.1
    scores[3] = [0.1, 0.9, 0.0]  # food taken for bus by 0.8
    scores[4] = [0.6, 0.1, 0.3]  # beach taken for food by 0.3
    mistakes = small_report(scores=scores).mistakes
    assert [mistake[:4] for mistake in mistakes] == [
        (3, "food", "bus", 0.9),
        (4, "beach", "food", 0.6),
        (1, "bus", "food", 0.5),
    ]
    assert [mistake.margin for mistake in mistakes] == pytest.approx([0.8, 0.3, 0.1])
    assert [mistake.sample for mistake in small_report().mistakes] == [1, 3, 4]
    assert small_report().mistakes[0].score is None


def test_area_under_the_curve():
    rng = np.random.default_rng(0)
    y_true, scores = np.arange(30) % 3, rng.normal(size=(30, 3))
    report = Report([2, 0, 1], y_true, y_true, scores)
    assert report.roc_auc == pytest.approx(roc_auc_score(y_true, scores, labels=[2, 0, 1]))
    assert report.to_dict()["roc_auc"] == report.roc_auc
    assert small_report().roc_auc is None
    assert Report([0, 1, 2], [0, 1], [0, 1], rng.normal(size=(2, 3))).roc_auc is None
    assert Report([0, 1], [0, 1], [0, 1], np.full((2, 2), np.nan)).roc_auc is None
    assert Report([0], [0], [0], np.zeros((1, 1))).roc_auc is None


def test_text():
    report = small_report()
    assert repr(report) == "Report(6 samples, 3 classes, accuracy 0.500)"
    lines = str(report).splitlines()
    assert lines[0] == "3 of 6 right, accuracy 0.500"
    assert lines[3].split() == ["food", "0.500", "0.667", "0.571", "3"]
    assert lines[5].split() == ["beach", "0.000", "0.000", "0.000", "1"]
    assert lines[-3:] == ["1 food   2  1  .", "2 bus    1  1  .", "3 beach  1  .  ."]


def test_text_of_many_or_wordy_classes_stays_narrow():
    names = [f"a rather long name of a class, number {i:02}" for i in range(21)]
    text = str(Report(names, names, names))
    assert "taken for" not in text
    assert max(map(len, text.splitlines())) < 80
    text = str(Report(names[:20], names[:20], names[:20]))
    assert "taken for" in text
    assert max(map(len, text.splitlines())) < 120


def test_dictionary_is_ready_for_json():
    data = json.loads(json.dumps(small_report(samples=[f"{i}.jpg" for i in range(6)]).to_dict()))
    assert data["n_samples"] == 6
    assert data["accuracy"] == 0.5
    assert data["roc_auc"] is None
    assert data["weighted"]["recall"] == pytest.approx(0.5)
    assert data["classes"][1] == {
        "label": "bus",
        "precision": 0.5,
        "recall": 0.5,
        "f1": 0.5,
        "support": 2,
    }
    assert data["confusion"] == [[2, 1, 0], [1, 1, 0], [1, 0, 0]]
    assert data["mistakes"][0] == {
        "sample": 1,
        "true": "bus",
        "predicted": "food",
        "score": None,
        "margin": None,
        "path": "1.jpg",
    }
    assert "path" not in small_report().to_dict()["mistakes"][0]


def test_report_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        small_report().scores = None


def test_page_shows_figures_and_mistakes(tmp_path):
    paths = [tmp_path / f"<{i}>.png" for i in range(6)]
    for i, path in enumerate(paths[:4]):
        imwrite(path, np.full((40, 60, 3), 40 * i, np.uint8))
    report = small_report(scores=np.eye(6, 3) * 0.25, samples=paths)
    report.to_html(tmp_path / "report.html", title="Beach & bus")
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<h1>Beach &amp; bus</h1>" in html
    assert html.count("<img") == 2  # of the three mistakes, one has no file
    assert "No such file or directory" in html
    assert "&lt;1&gt;.png" in html
    assert "<1>.png" not in html
    assert 'title="food → bus">1</td>' in html
    assert html.count("<figure") == 3
    report.to_html(tmp_path / "report.html", max_mistakes=1)
    assert (tmp_path / "report.html").read_text(encoding="utf-8").count("<figure") == 1


def test_page_of_images_in_memory_and_of_nothing_to_show(tmp_path):
    small_report(samples=np.zeros((6, 8, 8), np.uint8)).to_html(tmp_path / "a.html")
    assert (tmp_path / "a.html").read_text(encoding="utf-8").count("picture 1") == 2
    small_report().to_html(tmp_path / "a.html")
    assert "<figure" not in (tmp_path / "a.html").read_text(encoding="utf-8")
    Report([0, 1], [0, 1], [0, 1], samples=["a", "b"]).to_html(tmp_path / "a.html")
    assert "<figure" not in (tmp_path / "a.html").read_text(encoding="utf-8")


def test_page_of_many_classes_lists_the_largest_confusions(tmp_path):
    y_true = np.arange(50).repeat(3)
    y_pred = y_true.copy()
    y_pred[[0, 1, 30]] = [7, 7, 9]
    report = Report(np.arange(50), y_true, y_pred)
    report.to_html(tmp_path / "a.html")
    html = (tmp_path / "a.html").read_text(encoding="utf-8")
    first, second = "<th>0</th><th>7</th><td>2</td>", "<th>10</th><th>9</th><td>1</td>"
    assert -1 < html.find(first) < html.find(second)
    assert '<table class="confusion"' not in html


@pytest.mark.parametrize("n_classes", [2, 50])
def test_labels_are_never_markup(tmp_path, n_classes):
    classes = [f"<b title='{i:02}'>" for i in range(n_classes)]
    report = Report(
        classes, classes, classes[1:] + classes[:1], samples=["<b title.jpg"] * n_classes
    )
    report.to_html(tmp_path / "a.html", title="<b title")
    html = (tmp_path / "a.html").read_text(encoding="utf-8") + report._repr_html_()
    assert "<b title" not in html
    assert html.count("&lt;b title") > 4 * n_classes


def test_notebook_gets_tables_without_pictures():
    html = small_report(samples=np.zeros((6, 8, 8), np.uint8))._repr_html_()
    assert '<table class="confusion"' in html
    assert "<img" not in html
    assert "<html" not in html


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_plot_writes_the_format_of_the_suffix(tmp_path, suffix):
    path = tmp_path / f"confusion.{suffix}"
    figure = small_report().plot(path)
    start = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[suffix]
    assert path.read_bytes().startswith(start)
    counts = sorted(text.get_text() for text in figure.axes[0].texts)
    assert counts == ["1", "1", "1", "1", "2"]
    if suffix == "png":
        assert imread(path).std() > 10


def test_plot_of_a_class_without_samples_and_of_many(tmp_path):
    Report(["a", "b"], ["a"], ["a"]).plot()
    assert not Report(range(31), range(31), range(31)).plot().axes[0].texts


def test_plot_leaves_the_backend_alone():
    code = (
        "import sys; from imgmine.collection._report import Report\n"
        "assert not {'matplotlib', 'sklearn'} & set(sys.modules)\n"
        "Report([0, 1], [0, 1], [0, 1]).plot()\n"
        "assert 'matplotlib.figure' in sys.modules and 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


def test_plot_names_the_extra_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(MissingDependencyError, match=r"imgmine\[plot\]"):
        small_report().plot()


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((["a"], ["a", "b"], ["a", "a"]), ValueError, r"classes must hold every label.*\['b'\]"),
        ((["a", "a"], ["a"], ["a"]), ValueError, "classes must not repeat"),
        ((["a"], ["a"], ["a", "a"]), ValueError, "y_true and y_pred must have one length"),
        (([0], ["a"], ["a"]), TypeError, "one kind, got .* numbers in classes"),
        ((["a"], ["a"], ["a"], [1.0]), ValueError, r"scores must have shape \(1, 1\), got \(1,\)"),
        ((["a"], ["a"], ["a"], [["x"]]), TypeError, "scores must hold numbers"),
        ((["a"], ["a"], ["a"], None, []), ValueError, "samples must hold 1, got 0"),
    ],
)
def test_rejects_parts_that_do_not_fit(arguments, error, message):
    with pytest.raises(error, match=message):
        Report(*arguments)
