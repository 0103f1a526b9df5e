"""Teach a small network classes of pictures, then search other pictures by what it sees in them.

    python search_by_network.py TAUGHT FOLDER QUERY [--epochs N] [--network FILE.safetensors]

TAUGHT has a folder for each class. The network learns these classes, then, by triplets, to put
pictures of one class near each other; a file keeps it. The pictures of FOLDER are searched with its
vectors beside the recipe "balanced", and QUERY is given the class that the network takes it for.
"""

import argparse
from pathlib import Path

import imgmine as im
import numpy as np
from imgmine import nn
from imgmine.features import Embedder, Recipe

SIDE = 64
PIXELS = {"fit": "stretch", "resample": "box"}  # the whole picture, as `squares` brings it


def squares(paths):
    """Return pictures brought to one size, whatever their form."""
    images = (im.io.imread(path, mode="RGB") for path in paths)
    return np.stack([im.geometry.resize(image, (SIDE, SIDE), "area") for image in images])


def teach(folder, epochs):
    """Return a network that tells the classes of a folder, and one whose vectors are for search."""
    paths = im.io.find_images(folder)
    labels = np.array([path.parent.name for path in paths])
    images, augment = squares(paths), nn.Augment(shift=4, flip=True, rotate=10, scale=0.15)
    classifier = nn.small_cnn((SIDE, SIDE, 3), len(set(labels.tolist())))
    settings = {"optimizer": nn.AdamW(0.003), "schedule": nn.OneCycle(), "augment": augment}
    classifier.fit(images, labels, epochs=epochs, **settings)
    embedding = classifier.with_head([nn.Dense(32)])
    nn.fit_triplets(embedding, images, labels, epochs=max(1, epochs // 2), **settings)
    return classifier, embedding


def main():
    parser = argparse.ArgumentParser(description="Search pictures by what a network sees.")
    parser.add_argument("taught", help="a folder with a folder per class")
    parser.add_argument("folder", help="the pictures to search")
    parser.add_argument("query", help="a picture")
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--network", default="embedding.safetensors", help="the file to write")
    parser.add_argument("--catalogue", default="catalogue", help="where to keep the vectors")
    options = parser.parse_args()

    if not Path(options.network).exists():  # it is taught once
        classifier, embedding = teach(options.taught, options.epochs)
        embedding.save(options.network)
        print(f"class: {classifier.predict_labels(squares([options.query]))[0]}")
    network = nn.Network.load(options.network)
    last = list(network.layers)[-1]
    balanced = Recipe.named("balanced")
    parts = [*balanced.descriptors, Embedder(options.network, layer=last, **PIXELS)]
    recipe = Recipe(parts, weights=[*balanced.weights, 1])
    with im.ImageIndex.open(options.catalogue, recipe) as index:
        print(index.add(options.folder, labels="folder"))
        print(index.search(options.query, k=5))


if __name__ == "__main__":
    main()
