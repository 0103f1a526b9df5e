"""Pairs of copies among 1000 pictures: no peer checks what hashes find, so it runs alone."""

import imgmine as im
import numpy as np


def bench_near_duplicates(race, threads):
    rng = np.random.default_rng(0)
    small = rng.integers(0, 256, (900, 9, 12), np.uint8)
    scenes = [im.geometry.resize(grid, (90, 120), method="cubic") for grid in small]
    copies = [np.ascontiguousarray(scene[4:-4, -6:5:-1]) for scene in scenes[:100]]
    prints = [im.features.fingerprint(picture) for picture in (*scenes, *copies)]
    race(lambda: im.features.find_near_duplicates(prints)[0], {}, np.array_equal, turns=3)
    pairs, _ = im.features.find_near_duplicates(prints)
    assert len({tuple(pair) for pair in pairs} & {(i, 900 + i) for i in range(100)}) > 95
