"""Draw how the time of `LinearSVC.fit` grows with the number of samples and of features.

    python -m benchmarks.linear_svc_scaling FOLDER [--largest 1000000]

One thread, two classes that overlap, float32. A line that is level is a cost that is linear.
"""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path

import imgmine
import numpy as np
from imgmine.classify import LinearSVC
from matplotlib.figure import Figure
from sklearn.svm import LinearSVC as LibLinear

from .scaling import nanoseconds

SAMPLES = (1000, 3000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
FEATURES = (16, 64, 256, 1024, 4096)
N_FEATURES, N_SAMPLES = 64, 5000  # of the other line
PEERS = {"liblinear, dual": True, "liblinear, primal": False}


def problem(n: int, d: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n, d), np.float32)
    y = rng.integers(0, 2, n)
    X += (y - np.float32(0.5))[:, np.newaxis] * rng.standard_normal(d, np.float32) * 3 / d**0.5
    X /= np.linalg.norm(X, axis=1, keepdims=True)
    return X, y


def measure(n: int, d: int) -> dict[str, float]:
    """Return nanoseconds per number in X by who is asked; peers get what they want, float64."""
    X, y = problem(n, d)
    wide = X.astype(np.float64)
    found = {"imgmine": nanoseconds(lambda: LinearSVC().fit(X, y), X.size)}
    for name, dual in PEERS.items():
        if n * d <= 30_000_000:
            model = LibLinear(dual=dual, random_state=0)
            found[name] = nanoseconds(lambda model=model: model.fit(wide, y), X.size)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--largest", type=int, default=SAMPLES[-1])
    args = parser.parse_args()
    imgmine.set_num_threads(1)
    warnings.simplefilter("ignore")
    sizes = [n for n in SAMPLES if n <= args.largest]
    by_samples = {n: measure(n, N_FEATURES) for n in sizes}
    by_features = {d: measure(N_SAMPLES, d) for d in FEATURES}
    figure = Figure((10, 4), layout="constrained")
    for axes, costs, label in zip(
        figure.subplots(1, 2),
        (by_samples, by_features),
        (f"samples, of {N_FEATURES} features", f"features, of {N_SAMPLES:,} samples"),
        strict=True,
    ):
        for name in ("imgmine", *PEERS):
            line = {x: found[name] for x, found in costs.items() if name in found}
            axes.loglog(list(line), list(line.values()), marker="o", ms=3, label=name)
            print(f"{label:<32} {name:<18}", *(f"{x}: {cost:.1f}" for x, cost in line.items()))
        axes.set(xlabel=label, ylabel="nanoseconds per number in X")
        axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(args.folder / "scaling-linear-svc.png", dpi=110)


if __name__ == "__main__":
    main()
