"""What changes files, one step after the other: see test_interrupted_writers.

A new way of writing is a line in `WRITERS`.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from imgmine import ImageClassifier, ImageIndex, nn
from imgmine.classify import GaussianNB
from imgmine.features import ColorHistogram, Recipe
from imgmine.generate import VAE
from imgmine.nn import _checkpoint
from imgmine.search import HashIndex, VectorIndex
from imgmine.segment import RegionClassifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

DIM, STEPS = 8, 6
RECIPE = Recipe([ColorHistogram(bins=(4, 2, 2))])


class Writer(NamedTuple):
    """How a folder is made, changed in steps, looked at, and shown to be of use."""

    prepare: Callable[[Path], object]
    steps: Callable[[Path], Iterator[object]]  # each item: what was done is there to stay
    look: Callable[[Path], Any]  # fails where anything is damaged
    go_on: Callable[[Path], object]


def vectors_of(seed, n):
    return np.random.default_rng(seed).normal(size=(n, DIM)).astype(np.float32)


def pictures_of(seed, n):
    rng = np.random.default_rng(seed)
    return {f"{seed} {i}": rng.integers(0, 256, (6, 8, 3), np.uint8) for i in range(n)}


def digest(*arrays):
    """Return what stands for the contents of arrays."""
    total = hashlib.blake2b(digest_size=16)
    for array in arrays:
        total.update(np.ascontiguousarray(array).tobytes())
    return total.hexdigest()


# An index of vectors: a file that is replaced


def save_vectors(folder):
    index = VectorIndex(DIM, M=4, ef_construction=20, max_tail=150, deterministic=True)
    index.add(vectors_of(0, 200))
    index.save(folder / "vectors")


def change_vectors(folder):
    index = VectorIndex.load(folder / "vectors")
    for step in range(STEPS):
        index.add(vectors_of(step + 1, 30))
        index.remove(index.ids[step::11])
        index.update(index.ids[-1:], vectors_of(90 + step, 1))
        if step % 3 == 2:
            index.compact()
        index.save(folder / "vectors")
        yield


def look_at_vectors(folder):
    index = VectorIndex.load(folder / "vectors", verify=True)
    ids = index.ids
    vectors = index.get(ids)
    found = index.search(vectors[:20], 1, exact=True)
    assert (found.distances == 0).all()
    return digest(ids, vectors)


def go_on_with_vectors(folder):
    for _ in change_vectors(folder):
        return


# An index of hashes


def save_hashes(folder):
    index = HashIndex(64)
    index.add(np.random.default_rng(0).integers(0, 256, (5000, 8), np.uint8))
    index.save(folder / "hashes")


def change_hashes(folder):
    index = HashIndex.load(folder / "hashes")
    for step in range(STEPS):
        new = index.add(np.random.default_rng(step + 1).integers(0, 256, (500, 8), np.uint8))
        index.remove(new[::3])
        index.save(folder / "hashes")
        yield


def look_at_hashes(folder):
    index = HashIndex.load(folder / "hashes")
    found = index.range_search(np.zeros(8, np.uint8)[None], 64)
    return digest(found.ids, found.distances)


def go_on_with_hashes(folder):
    for _ in change_hashes(folder):
        return


# A catalogue: changes that are committed


def make_catalogue(folder):
    with ImageIndex.open(folder / "catalogue", RECIPE, thumbnails=True) as index:
        index.add(pictures_of(0, 30))


def change_catalogue(folder):
    with ImageIndex.open(folder / "catalogue") as index:
        yield from changes_of(index)


def changes_of(index):
    for step in range(STEPS):
        yield index.add(pictures_of(step + 1, 8))
        yield index.remove(index.paths()[step::9])
        yield index.annotate(index.paths()[step], metadata={"step": step}, tags=["done"])
        yield index.erase(index.paths()[step + 1 :: 13])
        yield index.compact()


def look_at_catalogue(folder):
    with ImageIndex.open(folder / "catalogue", mode="r") as index:
        problems = index.check().problems
        assert [x for x in problems if "erasing was interrupted" not in x] == []
        for name in (index.paths()[0], index.paths()[-1]):
            seed, i = map(int, name.split())
            assert index.search(pictures_of(seed, i + 1)[name], k=1)[0].path == name
        details = index.paths(), index.tags(), index.metadata()
        return repr(details), digest(index.ids, index.vectors())


def go_on_with_catalogue(folder):
    with ImageIndex.open(folder / "catalogue") as index:
        n = len(index)
        assert index.check().ok
        assert index.add(pictures_of(77, 3)).added == 3
        assert len(index) == n + 3


# An export over one that exists


def make_export(folder):
    make_catalogue(folder)
    with ImageIndex.open(folder / "catalogue") as index:
        index.export(folder / "export")


def change_export(folder):
    with ImageIndex.open(folder / "catalogue") as index:
        for step in range(STEPS):
            index.add(pictures_of(step + 1, 2))
            index.export(folder / "export")
            yield


def look_at_export(folder):
    with ImageIndex.open(folder / "export", mode="r") as index:
        assert index.check().ok
        return repr(index.paths()), digest(index.ids, index.vectors())


def go_on_with_export(folder):
    with ImageIndex.open(folder / "catalogue") as index:
        index.export(folder / "export")
    look_at_export(folder)


# A classifier over one that exists


def save_classifier(folder):
    for _ in change_classifier(folder):
        return


def change_classifier(folder):
    for step in range(STEPS):
        pictures = list(pictures_of(step, 12).values())
        recipe = RECIPE.fit(pictures)
        model = GaussianNB().fit(recipe.transform(pictures), [i % 3 for i in range(12)])
        ImageClassifier.from_model(recipe, model).save(folder / "classifier")
        yield


def look_at_classifier(folder):
    return (
        ImageClassifier.load(folder / "classifier")
        .predict_proba(list(pictures_of(50, 3).values()))
        .tolist()
    )


# A classifier of regions over one that exists

CELLS = np.arange(6)[:, None] // 3 * 4 + np.arange(8) // 2 + 1


def save_region_classifier(folder):
    for _ in change_region_classifier(folder):
        return


def change_region_classifier(folder):
    for step in range(STEPS):
        images = list(pictures_of(step, 3).values())
        classifier = RegionClassifier(n_segments=step + 1, model=GaussianNB())
        classifier.fit(images, [CELLS % 2 + 1] * 3, regions=[CELLS] * 3)
        classifier.save(folder / "regions")
        yield


def look_at_region_classifier(folder):
    classifier = RegionClassifier.load(folder / "regions")
    image = pictures_of(50, 1)["50 0"]
    return classifier.n_segments, classifier.predict(image, regions=CELLS).tolist()


# A network, and a training in its course

SAMPLES = np.stack(list(pictures_of(60, 12).values()))


def small_network(seed=0):
    layers = [nn.Conv2D(32, 3), nn.ReLU(), nn.GlobalAvgPool2D(), nn.Dense(2)]
    return nn.Sequential([nn.Rescaling(), *layers], (6, 8, 3), random_state=seed)


def save_network(folder):
    for _ in change_network(folder):
        return


def change_network(folder):
    for step in range(STEPS):
        small_network(step).save(folder / "network")
        yield


def look_at_network(folder):
    return digest(nn.Network.load(folder / "network").predict(SAMPLES))


def save_onnx(folder):
    for _ in change_onnx(folder):
        return


def change_onnx(folder):
    for step in range(STEPS):
        small_network(step).to_onnx(folder / "network.onnx")
        yield


def look_at_onnx(folder):
    return digest(nn.Network.from_onnx(folder / "network.onnx").predict(SAMPLES))


def save_training(folder):
    for _ in change_training(folder):
        return


def change_training(folder):
    for step in range(STEPS):
        small_network().fit(
            SAMPLES, np.arange(12) % 2, epochs=step + 1, checkpoint=folder / "run", resume=True
        )
        yield


def look_at_training(folder):
    state = _checkpoint.read(folder / "run")
    return state.step, digest(*state.arrays.values())


def go_on_with_training(folder):
    for _ in change_training(folder):
        pass
    assert look_at_training(folder)[0] == STEPS


# A model that makes pictures over one that exists


def save_generator(folder):
    for _ in change_generator(folder):
        return


def change_generator(folder):
    for step in range(STEPS):
        model = VAE(2, channels=(16,), hidden=16, epochs=1, random_state=step)
        model.fit(SAMPLES, np.arange(12) % 2).save(folder / "generator")
        yield


def look_at_generator(folder):
    model = VAE.load(folder / "generator")
    return model.random_state, digest(model.sample(4, rng=0))


WRITERS = {
    "vectors": Writer(save_vectors, change_vectors, look_at_vectors, go_on_with_vectors),
    "hashes": Writer(save_hashes, change_hashes, look_at_hashes, go_on_with_hashes),
    "catalogue": Writer(make_catalogue, change_catalogue, look_at_catalogue, go_on_with_catalogue),
    "export": Writer(make_export, change_export, look_at_export, go_on_with_export),
    "classifier": Writer(save_classifier, change_classifier, look_at_classifier, save_classifier),
    "region classifier": Writer(
        save_region_classifier,
        change_region_classifier,
        look_at_region_classifier,
        save_region_classifier,
    ),
    "onnx": Writer(save_onnx, change_onnx, look_at_onnx, save_onnx),
    "network": Writer(save_network, change_network, look_at_network, save_network),
    "training": Writer(save_training, change_training, look_at_training, go_on_with_training),
    "generator": Writer(save_generator, change_generator, look_at_generator, save_generator),
}
