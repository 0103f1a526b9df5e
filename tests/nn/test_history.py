import numpy as np
import pytest
from imgmine import nn

X = np.random.default_rng(0).normal(size=(40, 3)).astype(np.float32)
Y = (X[:, 0] > 0).astype(int)


@pytest.fixture(scope="module")
def history():
    network = nn.Sequential([nn.Dense(2)], (3,))
    return network.fit(X, Y, epochs=3, validation_data=(X, Y))


NAMES = ["loss", "accuracy", "val_loss", "val_accuracy", "learning_rate", "seconds"]


def test_values(history):
    assert list(history) == history.names == NAMES
    assert len(history) == 3
    assert history.to_dict() == {name: history[name] for name in NAMES}
    assert history["learning_rate"] == [1e-3] * 3
    assert "loss" in history
    assert "missing" not in history
    with pytest.raises(KeyError, match="missing"):
        history["missing"]


def test_text(history):
    lines = repr(history).splitlines()
    assert lines[0].split() == ["epoch", *NAMES]
    assert lines[2].split()[:2] == ["2", f"{history['loss'][1]:.4f}"]
    assert len(lines) == 4


def test_plot(history, tmp_path):
    pytest.importorskip("matplotlib")
    figure = history.plot(path=tmp_path / "curves.png")
    assert [axes.get_ylabel() for axes in figure.axes] == ["loss", "accuracy"]
    for axes, name in zip(figure.axes, ("loss", "accuracy"), strict=True):
        training, validation = axes.get_lines()
        assert list(training.get_ydata()) == history[name]
        assert list(validation.get_ydata()) == history[f"val_{name}"]
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")


def test_nothing_yet():
    history = nn.History()
    assert (len(history), history.names, history.to_dict()) == (0, [], {})
    assert repr(history) == "epoch"
    pytest.importorskip("matplotlib")
    assert history.plot().axes == []
