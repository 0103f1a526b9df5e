"""Trainings that are killed at any moment and go on to the same weights, bit for bit."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from imgmine import FormatError, nn

KILLS = int(os.environ.get("IMGMINE_TEST_KILLS", "8"))

# A process that goes on where the last one was killed, until the training is at its end.
WORKER = """
import sys
from pathlib import Path
folder = Path(sys.argv[1])
from tests.nn.test_resume import network, train
network = network()
print("begun", flush=True)
train(network, checkpoint=folder / "run.ckpt", every=3, resume=True)
network.save(folder / "weights")
print("done", flush=True)
"""


def data():
    rng = np.random.default_rng(3)
    images, labels = rng.integers(0, 256, (90, 8, 8, 3), np.uint8), rng.integers(0, 4, 90)
    images[np.arange(90), labels, labels] //= 3
    return images, labels


def network():
    image = nn.Input((8, 8, 3))
    x = nn.Conv2D(6, 3, padding="same")(nn.Rescaling()(image))
    x = nn.ReLU()(nn.BatchNorm(momentum=0.9)(x))
    x = nn.Conv2D(6, 3, padding="same", activation="relu")(x) + x
    x = nn.Dropout(0.3)(nn.GlobalAvgPool2D()(x))
    return nn.Network(image, nn.Dense(4, activation="softmax")(x))


def train(network, *, checkpoint=None, every=None, epochs=12, **options):
    images, labels = data()
    if checkpoint is not None:
        options["checkpoint"] = nn.Checkpoint(checkpoint, every=every)
    settings = {
        "batch_size": 13,
        "optimizer": nn.AdamW(0.01, clip_norm=1.0),
        "schedule": nn.OneCycle(),
        "augment": nn.Augment(shift=1, flip=True, rotate=9),
        "validation_data": (images[:20], labels[:20]),
        "label_smoothing": 0.1,
        "random_state": 7,
    }
    return network.fit(images, labels, epochs=epochs, **{**settings, **options})


def bits(network):
    return {name: array.tobytes() for name, array in network.weights.items()}


@pytest.fixture(scope="module")
def expected():
    whole = network()
    history = train(whole)
    return bits(whole), history


def without_seconds(history):
    return {name: values for name, values in history.to_dict().items() if name != "seconds"}


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal on this system")
def test_killed_at_any_moment(tmp_path, expected):
    rng = random.Random(0)
    path = os.pathsep.join([".", *sys.path])
    kills = 0
    for _ in range(40 * KILLS):
        process = subprocess.Popen(
            [sys.executable, "-c", WORKER, tmp_path],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": path},
        )
        with process:
            assert process.stdout.readline() == "begun\n"
            if kills < KILLS:
                time.sleep(rng.uniform(0, 0.06))
                process.kill()
            process.wait()
        if process.returncode == 0:
            if kills >= KILLS:
                break
            for file in tmp_path.iterdir():  # too fast: once more from the beginning
                file.unlink()
        else:
            assert process.returncode == -signal.SIGKILL
            kills += 1
    assert kills >= KILLS
    assert bits(nn.Network.load(tmp_path / "weights")) == expected[0]


def stop_after(n_steps):
    """Return a `progress` that interrupts a training."""
    calls = []

    def progress(done, total):
        calls.append(done)
        if len(calls) == n_steps:
            raise KeyboardInterrupt

    return progress


@pytest.mark.parametrize("every", [None, 1, 3])
@pytest.mark.parametrize("steps", [1, 7, 20, 84])
def test_interrupted_after_any_step(tmp_path, expected, every, steps):
    path = tmp_path / "run.ckpt"
    with pytest.raises(KeyboardInterrupt):
        train(network(), checkpoint=path, every=every, progress=stop_after(steps))
    other = network()
    other.set_weights({name: array + 1 for name, array in other.weights.items()})
    if not path.exists():
        other = network()
    history = train(other, checkpoint=path, every=every, resume=True)
    assert bits(other) == expected[0]
    assert without_seconds(history) == without_seconds(expected[1])


def test_goes_on_with_another_number_of_threads(tmp_path, expected, cpu_level, n_threads):
    path = tmp_path / "run.ckpt"
    with pytest.raises(KeyboardInterrupt):
        train(network(), checkpoint=path, every=2, progress=stop_after(40))
    other = network()
    train(other, checkpoint=path, resume=True)
    assert bits(other) == expected[0]


def test_early_stopping_remembers_its_best(tmp_path):
    images, labels = data()
    wrong = images[:20], (labels[:20] + 1) % 4

    def run(network, **options):
        return train(
            network, epochs=60, schedule=None, validation_data=wrong,
            callbacks=nn.EarlyStopping(patience=4), **options,
        )  # fmt: skip

    whole = network()
    history = run(whole)
    assert history.stopped is not None
    path = tmp_path / "run.ckpt"
    with pytest.raises(KeyboardInterrupt):  # in the epoch before the last
        run(network(), checkpoint=path, progress=stop_after(7 * (len(history) - 1) - 2))
    other = network()
    again = run(other, checkpoint=path, resume=True)
    assert bits(other) == bits(whole)
    assert again.stopped == history.stopped
    # What has ended stays as it is.
    last = network()
    assert run(last, checkpoint=path, resume=True).stopped == history.stopped
    assert bits(last) == bits(whole)


def test_more_epochs_follow(tmp_path):
    path = tmp_path / "run.ckpt"
    whole = network()
    train(whole, epochs=5, schedule=None)
    first, second = network(), network()
    train(first, epochs=2, schedule=None, checkpoint=path)
    train(second, epochs=5, schedule=None, checkpoint=path, resume=True)
    assert bits(second) == bits(whole)


def test_without_resume_it_begins_anew(tmp_path):
    path = tmp_path / "run.ckpt"
    first, second = network(), network()
    train(first, epochs=2, checkpoint=path)
    train(second, epochs=2, checkpoint=path)
    assert bits(first) == bits(second)


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"batch_size": 14}, "batch_size"),
        ({"random_state": 8}, "random_state"),
        ({"optimizer": nn.SGD(0.1)}, "optimizer"),
        ({"optimizer": nn.AdamW(0.02, clip_norm=1.0)}, "optimizer"),
        ({"augment": None}, "augment"),
        ({"label_smoothing": 0.0}, "label_smoothing"),
        ({"shuffle": False}, "shuffle"),
        ({"class_weight": {0: 2}}, "class_weights"),
    ],
)
def test_another_training_is_refused(tmp_path, options, what):
    path = tmp_path / "run.ckpt"
    train(network(), epochs=1, checkpoint=path)
    with pytest.raises(ValueError, match=f"run.ckpt' is of a training with another {what}"):
        train(network(), epochs=2, checkpoint=path, resume=True, **options)


def test_other_data_and_networks_are_refused(tmp_path):
    path = tmp_path / "run.ckpt"
    images, labels = data()
    small = nn.Sequential([nn.Flatten(), nn.Dense(4)], (8, 8, 3))
    small.fit(images, labels, checkpoint=path)
    with pytest.raises(ValueError, match="another targets"):
        small.fit(images, labels[::-1], checkpoint=path, resume=True)
    with pytest.raises(ValueError, match="another samples"):
        small.fit(images[:9], labels[:9], checkpoint=path, resume=True)
    other = nn.Sequential([nn.Flatten(), nn.Dense(4, name="last")], (8, 8, 3))
    with pytest.raises(ValueError, match="another network"):
        other.fit(images, labels, checkpoint=path, resume=True)


def test_damaged_checkpoints_are_refused(tmp_path):
    path = tmp_path / "run.ckpt"
    train(network(), epochs=1, checkpoint=path)
    whole = path.read_bytes()
    for data_ in (b"", whole[:100], whole[:-1], whole[:500] + b"x" + whole[501:], b"{}" * 500):
        path.write_bytes(data_)
        with pytest.raises(FormatError, match=r"run.ckpt' is damaged or no checkpoint"):
            train(network(), checkpoint=path, resume=True)


def test_a_newer_format_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "run.ckpt"
    monkeypatch.setattr("imgmine.nn._checkpoint.FORMAT", 2)
    train(network(), epochs=1, checkpoint=path)
    monkeypatch.undo()
    with pytest.raises(FormatError, match=r"is of format 2, written by imgmine .*: update imgmine"):
        train(network(), epochs=1, checkpoint=path, resume=True)


def test_history_survives(tmp_path):
    path = tmp_path / "run.ckpt"
    history = train(network(), epochs=2, checkpoint=path)
    again = train(network(), epochs=2, checkpoint=path, resume=True)
    assert again.to_dict() == history.to_dict()
    assert json.dumps(again.to_dict())
