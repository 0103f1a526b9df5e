"""Pairs of copies among a thousand pictures, beside comparing all hashes with NumPy."""

import imgmine as im
import numpy as np

from ..pictures import picture


def bench_near_duplicates(race, threads):
    wide = picture(600, 900)
    corners = np.random.default_rng(0).integers(0, (500, 800), (1000, 2))
    prints = [im.features.fingerprint(wide[y : y + 100, x : x + 100]) for y, x in corners]
    hashes = np.array([found.hashes for found in prints])
    words = hashes.view(np.uint64)[..., 0]

    def near():
        apart = np.bitwise_count(words[:, :1, np.newaxis] ^ words.T).min(axis=1)
        return np.argwhere(np.triu(apart <= 22, 1))

    race(
        lambda: im.features.find_near_duplicates(prints)[0],
        {"numpy, hashes alone": near},
        lambda a, b: None,  # of the pairs that hashes give, those that are copies remain
        turns=3,
    )
    kept = {tuple(pair) for pair in im.features.find_near_duplicates(prints)[0]}
    assert kept <= {tuple(pair) for pair in near()}
