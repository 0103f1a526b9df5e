import imgmine as im
import numpy as np


def bench_vlad(race, threads):
    rng = np.random.default_rng(0)
    centers = rng.normal(size=(64, 64)).astype(np.float32)
    local = rng.normal(size=(10_000, 64)).astype(np.float32)

    def numpy():
        nearest = ((centers**2).sum(1) - 2 * local @ centers.T).argmin(1)
        away = local - centers[nearest]
        sums = np.array([away[nearest == j].sum(0) for j in range(64)])
        sums = np.sign(sums) * np.sqrt(np.abs(sums))
        sums /= np.linalg.norm(sums, axis=1, keepdims=True)
        return (sums / np.linalg.norm(sums)).ravel()

    race(
        lambda: im.features.vlad(local, centers),
        {"numpy": numpy},
        lambda ours, theirs: np.testing.assert_allclose(ours, theirs, atol=1e-3),
        turns=5,
    )
