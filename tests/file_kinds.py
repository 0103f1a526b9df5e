"""Every kind of file the library writes, and what its users do with one: see test_damaged_files.

A new kind is a line in `KINDS`.
"""

from __future__ import annotations

import contextlib
import functools
import json
import shutil
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from imgmine import ImageClassifier, ImageIndex, nn
from imgmine.classify import GaussianNB, KNeighborsClassifier, LinearSVC, MultinomialNB
from imgmine.collection import Profile, restore_from_trash
from imgmine.features import ColorHistogram, ColorMoments, Recipe
from imgmine.generate import VAE, Autoencoder
from imgmine.search import HashIndex, VectorIndex
from imgmine.segment import RegionClassifier

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DIM = 6
PICTURES = {
    f"{i}": np.random.default_rng(i).integers(0, 256, (12, 16, 3), np.uint8) for i in range(12)
}
RECIPE = Recipe([ColorHistogram(bins=(4, 2, 2)), ColorMoments()])


class Kind(NamedTuple):
    """How a file is made, and the ways of using it, each with whether it looks at every byte."""

    make: Callable[[Path], object]
    uses: dict[str, tuple[Callable[[Path], object], bool]]


def vectors_of(seed, n):
    rng = np.random.default_rng(seed)
    return (rng.integers(0, 5, (n, 1)) + rng.normal(size=(n, DIM))).astype(np.float32)


def make_vectors(path, **settings):
    """Write an index that has a segment, a tail, and removed vectors in both."""
    index = VectorIndex(DIM, M=4, ef_construction=20, max_tail=150, deterministic=True, **settings)
    index.add(vectors_of(0, 150))
    index.add(vectors_of(1, 30))
    index.remove(np.arange(0, 180, 7))
    index.save(path)


def use_vectors(path, **options):
    index = VectorIndex.load(path, **options)
    queries = vectors_of(2, 3)
    dim = index.dim
    queries = np.resize(queries, (3, dim))
    for how in ({}, {"exact": True}, {"allowed": np.arange(60)}, {"ef": 500}):
        found = index.search(queries, 5, **how)
        assert (found.counts <= 5).all()
        assert found.ids.shape == (3, 5)
    index.search(queries[0], 3)
    index.range_search(queries, 1.0)
    ids = index.ids
    assert len(ids) == len(index)
    with contextlib.suppress(ValueError):  # damage may have given a number to two, or the largest
        index.get(ids[:10])
    with contextlib.suppress(ValueError):
        new = index.add(queries)
        index.update(new[:1], queries[:1])
        index.remove(new)
    index.add(queries[:0])
    if len(ids) % 3 == 0:
        with np.errstate(all="ignore"):
            index.compact()
        index.search(queries, 5)


def vectors(**settings):
    return Kind(
        functools.partial(make_vectors, **settings),
        {
            "mapped": (use_vectors, False),
            "mapped, verified": (functools.partial(use_vectors, verify=True), True),
            "read": (functools.partial(use_vectors, mmap=False), True),
        },
    )


def make_hashes(path):
    rng = np.random.default_rng(0)
    index = HashIndex(128)
    index.add(rng.integers(0, 256, (60, 16), np.uint8))
    index.remove([3, 5])
    index.save(path)


def use_hashes(path):
    index = HashIndex.load(path)
    queries = np.zeros((2, index.bits // 8), np.uint8)
    assert (index.search(queries, 4).counts == min(4, len(index))).all()
    index.range_search(queries, 40)
    index.remove(index.add(queries))


def make_classifier(path, model):
    labels = [int(name) % 3 for name in PICTURES]
    recipe = Recipe([ColorHistogram(bins=(4, 2, 2))]).fit(list(PICTURES.values()))
    model.fit(recipe.transform(list(PICTURES.values())), labels)
    ImageClassifier.from_model(recipe, model).save(path)


def use_classifier(path):
    classifier = ImageClassifier.load(path)
    try:
        classifier.predict(list(PICTURES.values())[:2])
    except ValueError as error:
        if "n_neighbors must be at most" not in str(error):  # as after fit with few samples
            raise


def classifier(model):
    make = functools.partial(make_classifier, model=model)
    return Kind(make, {"read": (use_classifier, True)})


CELLS = np.arange(12)[:, None] // 4 * 4 + np.arange(16) // 4 + 1


def make_region_classifier(path, recipe=None):
    images = list(PICTURES.values())[:4]
    truths = [CELLS % 2 + 1] * 4
    RegionClassifier(recipe, model=LinearSVC(tol=0.1)).fit(
        images, truths, regions=[CELLS] * 4
    ).save(path)


def use_region_classifier(path):
    labels = RegionClassifier.load(path).predict(PICTURES["7"], regions=CELLS)
    assert labels.shape == CELLS.shape
    assert labels.min() >= 1


def make_catalogue(path):
    with ImageIndex.open(path, RECIPE, thumbnails=True) as index:
        index.add(PICTURES)
        index.annotate("3", metadata={"place": "here"}, tags=["red"])


def make_export(path):
    make_catalogue(path.with_suffix(".catalogue"))
    with ImageIndex.open(path.with_suffix(".catalogue")) as index:
        index.export(path)


def use_catalogue(path):
    with ImageIndex.open(path, mode="r") as index:
        image = PICTURES["1"]
        index.search(image, k=3)
        index.search(image, k=3, where={"place": "here"})
        assert len(index.ids) == len(index) == len(index.paths())
        index.tags(), index.metadata(), index.labels()
        index.check()


def make_derived(path):
    """Write a catalogue's file of vectors, and the catalogue beside it."""
    folder = path.with_suffix(".home")
    make_catalogue(folder)
    with ImageIndex.open(folder) as index:
        index.compact()
    (file,) = folder.glob("vectors-*")
    shutil.copy(file, path)
    (folder / "name").write_text(file.name)


def use_derived(path):
    """Search beside a damaged file, which costs time, but no picture."""
    folder = path.with_name("sound.home")
    shutil.copy(path, folder / (folder / "name").read_text())
    with ImageIndex.open(folder, mode="r") as index:
        found = [hit.path for hit in index.search(PICTURES["1"], k=len(PICTURES))]
        assert found[0] == "1"
        assert sorted(found) == sorted(PICTURES)
        index.vectors()
        index.check()


def make_profile(path):
    make_catalogue(path.with_suffix(".catalogue"))
    with ImageIndex.open(path.with_suffix(".catalogue")) as index:
        session = index.session(PICTURES["1"]).like(["2", "3"]).dislike(["5"])
        Profile(index.recipe).learn(session).save(path)


def use_profile(path):
    profile = Profile.load(path)
    assert all(np.isfinite(weight) for weight in profile.weights.values())
    profile.scale(profile.recipe)
    repr(profile)


def use_recipe(path):
    recipe = Recipe.from_json(path.read_text("latin-1"))
    if recipe.is_fitted and recipe.size < 1 << 20:
        recipe.transform([PICTURES["1"]])


def make_recipe(path):
    path.write_text(Recipe.named("color").to_json())


SAMPLES = np.stack([image[:6, :6] for image in PICTURES.values()])
LABELS = ["ab"[i % 2] for i in range(len(SAMPLES))]


def small_network():
    layers = [nn.Conv2D(3, 3), nn.BatchNorm(), nn.ReLU(), nn.GlobalAvgPool2D(), nn.Dense(2)]
    return nn.Sequential([nn.Rescaling(), *layers], (6, 6, 3))


def make_network(path):
    network = small_network()
    network.fit(SAMPLES, LABELS)
    network.save(path)


def use_network(path):
    network = nn.Network.load(path)
    assert set(network.predict_labels(SAMPLES)) <= {"a", "b"}
    network.summary()


def make_quantized(path):
    small_network().quantize(SAMPLES).save(path)


def use_quantized(path):
    network = nn.QuantizedNetwork.load(path)
    assert network.predict(SAMPLES).shape == (12, 2)
    network.summary()


def use_weights(path):
    try:
        assert small_network().load_weights(path).predict(SAMPLES).shape == (12, 2)
    except ValueError as error:  # as by a sound file of another network
        if not any(text in str(error) for text in ("weights must be", "must have shape")):
            raise


def make_onnx(path):
    network = small_network()
    network.fit(SAMPLES, LABELS)
    network.to_onnx(path)


def use_onnx(path):
    network = nn.Network.from_onnx(path)
    images = [np.zeros((2, *shape), np.float32) for shape in network.input_shapes]
    if sum(network.summary().multiply_adds for _ in images) < 10**7:
        network.predict(images if len(images) > 1 else images[0])


def train_small_network(path, epochs, **options):
    stopping = nn.EarlyStopping("loss", patience=2)
    checkpoint = nn.Checkpoint(path, every=2)
    network = small_network()
    network.fit(
        SAMPLES, LABELS, epochs=epochs, batch_size=4, callbacks=stopping, checkpoint=checkpoint,
        **options,
    )  # fmt: skip
    return network


def use_checkpoint(path):
    copy = path.with_suffix(".copy")
    shutil.copy(path, copy)
    try:
        train_small_network(copy, 3, resume=True).predict(SAMPLES)
    except ValueError as error:
        if "of a training with another" not in str(error):
            raise


def make_generator(path, model, labels=None):
    model.set_params(channels=(3,), hidden=4, epochs=1).fit(SAMPLES, labels).save(path)


def use_generator(path, kind, label=None):
    model = kind.load(path)
    assert model.sample(3, rng=0, label=label).dtype == np.uint8
    assert model.reconstruct(SAMPLES, label).shape == SAMPLES.shape


def make_log(path):
    entries = [{"from": f"{path}-gone/{i}", "to": f"{i}.png", "kept": f"{i}"} for i in range(9)]
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries))


def use_log(path):
    folder = path.with_suffix(".trash")
    folder.mkdir(exist_ok=True)
    shutil.copy(path, folder / "imgmine-trash.jsonl")
    assert restore_from_trash(folder).moved == []


KINDS = {
    "vectors, float32": vectors(),
    "vectors, float16, cosine": vectors(storage="float16", metric="cosine"),
    "vectors, int8, inner product": vectors(storage="int8", metric="inner_product"),
    "hashes": Kind(make_hashes, {"read": (use_hashes, True)}),
    "classifier, linear": classifier(LinearSVC(tol=0.1)),
    "classifier, Bayes": classifier(GaussianNB()),
    "classifier, counts": classifier(MultinomialNB()),
    "classifier, neighbors": classifier(KNeighborsClassifier()),
    "region classifier": Kind(make_region_classifier, {"read": (use_region_classifier, True)}),
    "region classifier, recipe": Kind(
        functools.partial(make_region_classifier, recipe=RECIPE),
        {"read": (use_region_classifier, True)},
    ),
    "onnx": Kind(make_onnx, {"read": (use_onnx, False)}),
    "network": Kind(make_network, {"read": (use_network, True), "weights": (use_weights, False)}),
    "quantized network": Kind(make_quantized, {"read": (use_quantized, True)}),
    "training": Kind(
        functools.partial(train_small_network, epochs=2), {"resumed": (use_checkpoint, True)}
    ),
    "autoencoder": Kind(
        functools.partial(make_generator, model=Autoencoder(2)),
        {"read": (functools.partial(use_generator, kind=Autoencoder), True)},
    ),
    "conditional VAE": Kind(
        functools.partial(make_generator, model=VAE(2), labels=LABELS),
        {"read": (functools.partial(use_generator, kind=VAE, label="a"), True)},
    ),
    "export": Kind(make_export, {"read": (use_catalogue, True)}),
    "catalogue's vectors": Kind(make_derived, {"mapped": (use_derived, False)}),
    "profile": Kind(make_profile, {"read": (use_profile, False)}),
    "recipe": Kind(make_recipe, {"read": (use_recipe, False)}),
    "trash log": Kind(make_log, {"read": (use_log, False)}),
}
