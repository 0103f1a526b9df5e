import imgmine as im
import numpy as np
import pytest

from ..pictures import picture


@pytest.mark.parametrize("size", [(480, 640), (1080, 1920)], ids=str)
@pytest.mark.parametrize("channels", [1, 3])
def bench_region_grow(race, threads, size, channels):
    """No peer has it; SimpleITK's grows one region at a time."""
    image = picture(*size)[..., :channels].squeeze()
    seeds = np.zeros(size, np.int32)
    places = seeds[20::40, 20::40]
    places[...] = np.arange(1, places.size + 1).reshape(places.shape)
    race(
        lambda: im.segment.region_grow(image, seeds),
        {},
        np.testing.assert_array_equal,
        moves=image.nbytes + 2 * seeds.nbytes,
    )
