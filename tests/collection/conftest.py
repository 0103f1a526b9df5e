import numpy as np
import pytest
from imgmine.io import imwrite


def draw(path, seed):
    """Write a small picture, unlike that of any other seed."""
    rng = np.random.default_rng(seed)
    path.parent.mkdir(parents=True, exist_ok=True)
    colors = rng.integers(0, 256, (3, 4, 3), dtype=np.uint8)
    imwrite(path, colors.repeat(8, axis=0).repeat(8, axis=1), quality=95)


@pytest.fixture(scope="session")
def write_picture():
    return draw


@pytest.fixture
def photos(tmp_path):
    """Make a folder with nine pictures in three folders: beach, forest, town."""
    folder = tmp_path / "photos"
    for i in range(9):
        draw(folder / ("beach", "forest", "town")[i // 3] / f"{i}.jpg", i)
    return folder
