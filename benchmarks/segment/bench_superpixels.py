import imgmine as im
import pytest

from .bench_slic import N_SEGMENTS, at_least_as_good, peers_of, photograph


@pytest.mark.parametrize("size", [(480, 640), (1080, 1920)], ids=str)
def bench_superpixels(race, threads, size):
    """Beside the peers' SLIC, which follows edges less well."""
    image = photograph(*size)
    race(
        lambda: im.segment.superpixels(image, N_SEGMENTS),
        peers_of(image),
        at_least_as_good(image),
        turns=7,
    )
