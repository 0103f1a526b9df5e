"""Describe, compare and classify images that are arrays: no files, no catalogue."""

import imgmine as im
import numpy as np


def textures(rng, n):
    """Return n pictures each of fine and of coarse noise, and their names."""
    fine = rng.integers(0, 256, (n, 64, 64, 3), np.uint8)
    small = rng.integers(0, 256, (n, 8, 8, 3), np.uint8)
    coarse = [im.geometry.resize(image, (64, 64), "linear") for image in small]
    return [*fine, *coarse], np.repeat(["fine", "coarse"], n)


def main():
    images, labels = textures(np.random.default_rng(0), 40)

    # After a blur, coarse noise keeps its contrast and fine noise loses it.
    recipe = im.features.Recipe.named("histogram")
    vectors = recipe.transform(images)

    ids, distances = im.similarity.top_k(vectors[:1], vectors, k=5)
    print("most like picture 0:", ids[0].tolist(), "at", distances[0].round(3).tolist())

    X_train, X_test, y_train, y_test = im.classify.train_test_split(
        vectors, labels, test_size=0.25, stratify=labels, random_state=0
    )
    model = im.classify.LinearSVC().fit(X_train, y_train)
    print(f"accuracy: {im.metrics.accuracy_score(y_test, model.predict(X_test)):.2f}")


if __name__ == "__main__":
    main()
