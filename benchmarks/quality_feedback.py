"""What three rounds of liking and disliking do for a search: P@20 before and after each.

Run ``python -m benchmarks.quality_feedback [RECIPE ...]`` with IMGMINE_DATA set. Each picture of
corel1k in turn is the query. Of the first 20 shown, itself left out, those of its class are liked
and the others disliked; then the session searches again. P@20 is measured on the whole ranking, as
the field does: pictures that were liked already count where they rank, disliked ones are not shown
again. The second row counts only pictures that nobody has judged yet, against as many unjudged
ones of the first search. See docs/benchmarks.md.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

import imgmine as im
import numpy as np

ROUNDS = 3
SHOWN = 20


def shown_by(session, query, n=SHOWN, **options):
    hits = session.search(n + 1, **options)
    return [hit for hit in hits if hit.path != query][:n]


def precision(hits, label):
    return sum(hit.label == label for hit in hits) / SHOWN


def rounds(index, query, label, profile=None):
    """Return P@20 of the whole ranking and of what is new, before and after each round."""
    session, whole, new = index.session(query, profile=profile), [], []
    first = shown_by(session, query, len(index))
    for turn in range(ROUNDS + 1):
        shown = shown_by(session, query)
        judged = {*session.liked, *session.disliked}
        whole.append(precision(shown, label))
        unseen = shown_by(session, query, unseen=True)
        same_choice = [hit for hit in first if hit.id not in judged][:SHOWN]
        new.append((precision(unseen, label), precision(same_choice, label)))
        if turn < ROUNDS:
            session.like([hit for hit in shown if hit.label == label])
            session.dislike([hit for hit in shown if hit.label != label])
    return whole, new, session


def report(name, index):
    started = time.process_time()
    pictures = list(zip(index.paths(), index.labels(), strict=True))
    results = [rounds(index, path, label) for path, label in pictures]
    whole = np.mean([whole for whole, _, _ in results], axis=0)
    new = np.mean([new for _, new, _ in results], axis=0)
    spent = 1e3 * (time.process_time() - started) / len(results) / (2 * ROUNDS + 3)
    print(f"{name}: {len(pictures)} queries, {spent:.1f} ms a search")
    print("  whole ranking        " + "".join(f"{value:8.3f}" for value in whole))
    print("  not judged yet       " + "".join(f"{value:8.3f}" for value in new[:, 0]))
    print("  the same, first list " + "".join(f"{value:8.3f}" for value in new[:, 1]), flush=True)
    if len(index.recipe.descriptors) > 1:
        report_profile(index, pictures, [session for _, _, session in results])


def report_profile(index, pictures, sessions):
    """Learn a profile for each class, as of somebody who only looks for that one.

    It learns from the sessions of every other picture; the first search of the rest is measured.
    """
    values = {"without a profile": [], "with a profile": []}
    labels = np.array([label for _, label in pictures])
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        profile = im.collection.Profile(index.recipe)
        for i in members[::2]:
            profile.learn(sessions[i])
        for (_, found), used in zip(values.items(), (None, profile), strict=True):
            for i in members[1::2]:
                path = pictures[i][0]
                found.append(precision(shown_by(index.session(path, profile=used), path), label))
    for name, found in values.items():
        print(f"  {name:21}{np.mean(found):8.3f}", flush=True)


def main() -> None:
    im.set_num_threads(1)
    folder = Path(os.environ["IMGMINE_DATA"]) / "corel1k"
    print("P@20                   " + "".join(f"{f'round {i}':>8}" for i in range(ROUNDS + 1)))
    for name in sys.argv[1:] or ["color", "balanced"]:
        with tempfile.TemporaryDirectory() as place, im.ImageIndex.open(place, name) as index:
            index.add(folder, labels="folder")
            report(name, index)


if __name__ == "__main__":
    main()
