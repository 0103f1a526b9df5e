"""Tags carried over from neighbors, unusual pictures, and hits that are verified."""

import imgmine as im
import numpy as np
import pytest
from imgmine import ImageIndex
from imgmine.collection import Suggestion
from imgmine.io import imread, imwrite


def shade(value):
    return np.full((6, 6), value, np.uint8)


def picture(seed):
    return np.random.default_rng(seed).integers(0, 256, (12, 10, 3), dtype=np.uint8)


class TestSuggestTags:
    @pytest.fixture(params=["euclidean", "cosine", "l1", "chi2", "intersection"])
    def index(self, request, tmp_path):
        with ImageIndex.open(tmp_path / "c", "histogram", metric=request.param) as opened:
            opened.add({f"{i}": picture(i) for i in range(30)})
            yield opened

    def test_against_the_formula(self, index):
        rng = np.random.default_rng(0)
        names = {}
        for i in range(20):
            names[f"{i}"] = sorted({"abcdef"[j] for j in rng.integers(0, 6, 3)})
            index.annotate(f"{i}", tags=names[f"{i}"])
        query = picture(99)
        hits = [hit for hit in index.search(query, 30) if hit.path in names][:8]
        distances = np.array([hit.score for hit in hits])
        if index.metric in ("cosine", "intersection"):
            distances = -distances
        weights = (distances[7] - distances[:7]) / (distances[7] - distances[0])
        expected = dict.fromkeys("abcdef", 0.0)
        for hit, weight in zip(hits, weights, strict=False):
            for name in names[hit.path]:
                expected[name] += weight / weights.sum()
        found = index.suggest_tags(query, k=7)
        assert dict(found) == pytest.approx({k: v for k, v in expected.items() if v > 0})
        confidences = [confidence for _, confidence in found]
        assert confidences == sorted(confidences, reverse=True)

    def test_labels_count_too(self, index):
        index.annotate(["1", "2"], label=7, tags=["x"])
        assert index.suggest_tags(picture(1)) == [Suggestion(7, 1.0), Suggestion("x", 1.0)]

    def test_label_that_is_also_a_tag_counts_once(self, index):
        index.annotate("1", label="x", tags=["x", "y"])
        assert index.suggest_tags(picture(1)) == [Suggestion("x", 1.0), Suggestion("y", 1.0)]

    def test_nothing_to_suggest(self, index):
        assert index.suggest_tags(picture(1)) == []
        with pytest.raises(ValueError, match="k must be"):
            index.suggest_tags(picture(1), k=0)

    def test_equal_pictures(self, index):
        index.add({f"same {i}": picture(0) for i in range(4)})
        for i in range(4):
            index.annotate(f"same {i}", tags=["a"] if i else ["a", "b"])
        found = index.suggest_tags(picture(0), k=4)
        assert found == [Suggestion("a", 1.0), Suggestion("b", 0.25)]


def test_picture_does_not_ask_itself(tmp_path, photos):
    with ImageIndex.open(tmp_path / "c") as index:
        index.add(photos)
        index.annotate(photos / "town" / "8.jpg", tags="itself")
        index.annotate(photos / "town" / "7.jpg", tags="other")
        path = photos / "town" / "8.jpg"
        assert index.suggest_tags(path, k=1) == [Suggestion("other", 1.0)]
        assert index.suggest_tags(path, k=1, include_self=True) == [Suggestion("itself", 1.0)]


def test_unusual_pictures(tmp_path):
    with ImageIndex.open(tmp_path / "c", "histogram") as index:
        assert len(index.unusual(3)) == 0
        images = {f"{i}": shade(100 + i % 3) for i in range(20)}
        index.add({**images, "odd": shade(250), "odder": picture(0)})
        found = index.unusual(2)
        assert {hit.path for hit in found} == {"odd", "odder"}
        scores = im.cluster.outlier_scores(index.vectors(), k=10)
        assert [hit.score for hit in found] == sorted(scores, reverse=True)[:2]
        assert len(index.unusual(99)) == 22
        assert "odd" in str(found)
        found.to_html(tmp_path / "page.html")


class TestVerify:
    @pytest.fixture
    def index(self, tmp_path):
        def texture(seed):
            noise = np.random.default_rng(seed).integers(0, 256, (120, 160), np.uint8)
            return np.repeat(im.filters.gaussian_blur(noise, 2)[..., None], 3, axis=2)

        folder = tmp_path / "photos"
        folder.mkdir()
        for i in range(8):
            imwrite(folder / f"{i}.png", texture(i))
        turned = im.geometry.rotate(texture(3), 30)
        imwrite(folder / "turned.png", np.clip(turned.astype(int) + 60, 0, 255).astype(np.uint8))
        with ImageIndex.open(tmp_path / "c", "histogram") as opened:
            opened.add(folder)
            yield opened

    def test_same_object_comes_first(self, index):
        folder = index.path.parent / "photos"
        query = imread(folder / "3.png")
        before = [hit.path for hit in index.search(query, 9)]
        assert before[-1] == str(folder / "turned.png")
        found = index.search(query, 4, verify=9)
        assert [hit.path for hit in found[:2]] == [before[0], before[-1]]
        assert found[0].n_inliers > found[1].n_inliers > 20
        assert [hit.path for hit in found[2:]] == before[1:3]
        assert [hit.path for hit in index.search(query, 4, verify=5)] == before[:4]
        assert found.to_dicts()[0]["n_inliers"] == found[0].n_inliers

    def test_files_that_are_gone_or_never_were(self, index):
        folder = index.path.parent / "photos"
        query = imread(folder / "3.png")
        expected = [hit.path for hit in index.search(query, 3)]
        (folder / "3.png").unlink()
        index.add({"by name": query})
        found = index.search(query, 4, verify=4)
        assert found[0].n_inliers is None
        assert {hit.path for hit in found} == {*expected, "by name"}

    def test_is_what_verify_says(self, index):
        path = index.path.parent / "photos" / "3.png"
        for hit in index.search(path, 9, verify=9):
            found = im.features.verify(imread(path, mode="L"), imread(hit.path, mode="L"))
            assert hit.n_inliers == found.n_inliers

    def test_wrong_number(self, index):
        with pytest.raises(TypeError, match="verify"):
            index.search(picture(0), verify=1.5)


def test_photographs_of_objects(data_dir, tmp_path):
    """Ukbench: verified, nearly all four pictures of an object are among the first four."""
    with ImageIndex.open(tmp_path / "c") as index:
        paths = im.io.find_images(data_dir / "ukbench")
        index.add(paths, labels=[i // 4 for i in range(len(paths))])
        scores = {0: [], 12: []}
        for path, label in list(zip(index.paths(), index.labels(), strict=True))[::4]:
            for n, found in scores.items():
                found.append(sum(hit.label == label for hit in index.search(path, 4, verify=n)))
    assert np.mean(scores[12]) >= np.mean(scores[0])
    assert np.mean(scores[12]) > 3.5
