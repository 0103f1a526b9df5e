"""Learn to classify pictures from a folder per class, and choose how hard to try.

    python train_classifier.py FOLDER MODEL

A quarter of the pictures is set aside. The cost of a mistake is chosen on a part of the others,
the classifier is judged by those set aside, and saved.
"""

import argparse

import imgmine as im
import numpy as np
from imgmine.classify import LinearSVC, train_test_split


def best_cost(vectors, labels):
    """Try powers of ten on a part of the samples that the model does not see."""
    X_fit, X_check, y_fit, y_check = train_test_split(
        vectors, labels, test_size=0.25, stratify=labels, random_state=1
    )
    scores = {C: LinearSVC(C=C).fit(X_fit, y_fit).score(X_check, y_check) for C in (0.01, 0.1, 1)}
    return max(scores, key=scores.get)


def main():
    parser = argparse.ArgumentParser(description="Learn to classify pictures.")
    parser.add_argument("folder", help="a folder with a folder per class")
    parser.add_argument("model", help="the file to write")
    options = parser.parse_args()

    paths = im.io.find_images(options.folder)
    labels = np.array([path.parent.name for path in paths])
    train, test, y_train, y_test = train_test_split(
        paths, labels, test_size=0.25, stratify=labels, random_state=0
    )
    recipe = im.features.Recipe.named("color")
    vectors = recipe.transform(train)  # pictures are described once, whatever is tried then
    model = LinearSVC(C=best_cost(vectors, y_train)).fit(vectors, y_train)

    classifier = im.ImageClassifier.from_model(recipe, model)
    print(classifier.evaluate(test, y_test))
    classifier.save(options.model)


if __name__ == "__main__":
    main()
