"""Sessions that learn from what is liked and disliked, and profiles."""

import json

import imgmine as im
import numpy as np
import pytest
from imgmine import FormatError, ImageIndex
from imgmine.collection import Profile, _feedback
from imgmine.features import ColorHistogram, Histogram, Recipe


def picture(seed, kind=0):
    """Two kinds: reddish ones and bluish ones, with noise."""
    rng = np.random.default_rng(seed)
    return (rng.integers(0, 100, (12, 10, 3)) + [(90, 60, 60), (60, 60, 90)][kind]).astype(np.uint8)


@pytest.fixture(params=["euclidean", "cosine", "l1", "chi2", "intersection"])
def index(request, tmp_path):
    with ImageIndex.open(tmp_path / "c", metric=request.param) as opened:
        images = {f"{i}": picture(i, i % 2) for i in range(40)}
        opened.add(images, labels=[i % 2 for i in range(40)])
        yield opened


def test_without_judgments_it_is_a_search(index):
    query = picture(99)
    found = index.session(query).search(12)
    assert list(found) == list(index.search(query, 12))
    assert (found.query is query, found.metric) == (True, index.metric)
    assert len(index.session(query).search(99, label=1)) == 20


def test_moved_query_against_the_formula():
    rng = np.random.default_rng(0)
    query, liked, disliked = rng.random(5), rng.random((3, 5)), rng.random((2, 5))
    expected = (query + 0.75 * liked.mean(0) - 0.15 * disliked.mean(0)) / (1 + 0.75 - 0.15)
    np.testing.assert_allclose(_feedback.moved(query, liked, disliked), expected, rtol=1e-6)
    expected = (query + 0.75 * liked.mean(0)) / 1.75
    np.testing.assert_allclose(_feedback.moved(query, liked, liked[:0]), expected, rtol=1e-6)


def test_likes_alone_move_the_query(index):
    query = picture(99)
    session = index.session(query).like([2, 4])
    vectors = index.vectors()
    target = _feedback.moved(index.recipe(query), vectors[[1, 3]], vectors[:0])
    ids, scores = im.similarity.top_k(target[np.newaxis], vectors, 10, index.metric)
    found = session.search(10)
    assert [hit.id for hit in found] == (ids[0] + 1).tolist()
    np.testing.assert_array_equal([hit.score for hit in found], scores[0].astype(np.float64))


def test_judgments(index):
    session = index.session(picture(99))
    first = session.search(6)
    session.like(first[0]).dislike([first[1], first[2].id, first[3].path])
    assert session.liked == [first[0].id]
    assert session.disliked == [hit.id for hit in first[1:4]]
    found = session.search(99)
    assert found.metric == "feedback"
    assert len(found) == 37
    assert not {hit.id for hit in found} & set(session.disliked)
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)
    unseen = session.search(99, unseen=True)
    assert {hit.id for hit in found} - {hit.id for hit in unseen} == {first[0].id}
    session.like(first[1])
    assert first[1].id in session.liked
    assert first[1].id not in session.disliked
    assert repr(session) == "<Session: 2 liked, 2 disliked>"


def test_learns_what_is_wanted(index):
    """The query is reddish, the bluish ones are liked."""
    session = index.session(picture(99, 0))
    blue = [hit for hit in index.search(picture(98, 1), 8) if hit.label == 1]
    red = [hit for hit in session.search(8) if hit.label == 0]
    found = session.like(blue).dislike(red).search(10, unseen=True)
    assert sum(hit.label == 1 for hit in found) >= 7


def test_conditions_and_missing_pictures(index):
    session = index.session(picture(99)).like([1, 3]).dislike([2, 4])
    assert {hit.label for hit in session.search(50, label=1)} == {1}
    assert len(session.search(5, label="nobody")) == 0
    index.remove([1, 2])
    assert 1 not in [hit.id for hit in session.search(50)]
    with pytest.raises(KeyError, match="no picture 77"):
        session.like(77)
    with pytest.raises(ValueError, match="k must be"):
        session.search(0)


def weighted_mean(query, hits):
    """Average a query and its hits, these by the third power of the cosine."""
    weights = [1.0]
    for hit in hits:
        length = np.linalg.norm(query) * np.linalg.norm(hit)
        weights.append(max(query @ hit / length, 0) ** 3)
    return np.average(np.vstack([query, hits]), axis=0, weights=weights).astype(np.float32)


def test_expansion(index):
    query = picture(99)
    found = index.session(query).search(10, expand=3)
    first = [hit.id - 1 for hit in index.search(query, 3)]
    mean = weighted_mean(index.recipe(query), index.vectors()[first])[np.newaxis]
    ids, _ = im.similarity.top_k(mean, index.vectors(), 10, index.metric)
    assert [hit.id - 1 for hit in found] == ids[0].tolist()
    assert list(index.search(query, 10, expand=3)) == list(found)


def test_few_candidates_of_many(index, monkeypatch):
    """Where not all are ranked, the best of either ranking are."""
    query = picture(99)
    session = index.session(query).like([1, 3]).dislike([2, 4])
    of_all = session.search(5)
    monkeypatch.setattr(_feedback, "_DEPTH", 25)
    assert [hit.id for hit in session.search(5)][:3] == [hit.id for hit in of_all][:3]


def test_on_an_exported_file(index, tmp_path):
    index.export(tmp_path / "e")
    with ImageIndex.open(tmp_path / "e", mode="r") as exported:
        sessions = [i.session(picture(99)).like([1, 3]).dislike(2) for i in (index, exported)]
        assert sessions[0].search(9) == sessions[1].search(9)


RECIPE = Recipe([Histogram(bins=8), ColorHistogram(2), Histogram(bins=4)], weights=[1, 1, 1])


class TestProfile:
    @pytest.fixture
    def index(self, tmp_path):
        with ImageIndex.open(tmp_path / "c", RECIPE) as opened:
            opened.add({f"{i}": picture(i, i % 2) for i in range(40)})
            yield opened

    def test_learns_and_forgets(self, index):
        profile = Profile(RECIPE)
        assert profile.weights == {"Histogram": 1.0, "ColorHistogram": 1.0, "Histogram 2": 1.0}
        session = index.session(picture(99))
        liked, disliked = self.distances(index, [3, 5, 7], [2, 4])
        session.like([3, 5, 7]).dislike([2, 4])
        assert profile.learn(session) is profile
        logs = np.log(disliked / liked)
        expected = np.exp(5 * (logs - logs.mean()) / 15)
        np.testing.assert_allclose(list(profile.weights.values()), expected, rtol=1e-5)
        assert profile.n_examples == 5
        assert repr(profile).startswith("<Profile of 5 examples: Histogram ")
        profile.forget()
        assert set(profile.weights.values()) == {1.0}
        assert profile.n_examples == 0

    @staticmethod
    def distances(index, liked, disliked):
        query, vectors = RECIPE(picture(99)), index.vectors()

        def mean(ids):
            rows = vectors[np.array(ids) - 1].astype(np.float64)
            return np.array([np.linalg.norm((rows - query)[:, p], axis=1).mean() for p in parts])

        sizes = [d.size(3) for d in RECIPE.descriptors]
        parts = np.split(np.arange(sum(sizes)), np.cumsum(sizes)[:-1])
        return mean(liked), mean(disliked)

    def test_weighs_the_search(self, index):
        profile = Profile(RECIPE)
        profile.learn(index.session(picture(99)).like([3, 5, 7]).dislike([2, 4]))
        scale = profile.scale(RECIPE)
        assert scale.shape == (RECIPE.size,)
        query = picture(50)
        found = index.session(query, profile=profile).search(10)
        ids, _ = im.similarity.top_k(
            RECIPE(query)[np.newaxis] * scale, index.vectors() * scale, 10, "euclidean"
        )
        assert [hit.id - 1 for hit in found] == ids[0].tolist()
        with pytest.raises(ValueError, match="profile must be of the catalogue's recipe"):
            profile.scale(Recipe.named("color"))

    def test_needs_both_kinds(self, index):
        profile = Profile(RECIPE)
        profile.learn(index.session(picture(99)).like([1, 2]))
        assert profile.n_examples == 0

    def test_stays_within_bounds(self, index):
        profile = Profile(RECIPE)
        for _ in range(50):
            profile.learn(index.session(picture(1, 1)).like([2]).dislike([3]))
        assert all(0.25 <= weight <= 4 for weight in profile.weights.values())
        assert all(np.isfinite(list(profile.weights.values())))

    def test_files(self, index, tmp_path):
        profile = Profile(RECIPE)
        profile.learn(index.session(picture(99)).like([3, 5, 7]).dislike([2, 4]))
        profile.save(tmp_path / "p.json")
        again = Profile.load(tmp_path / "p.json")
        assert again.recipe == RECIPE
        assert (again.weights, again.n_examples) == (profile.weights, 5)
        entries = json.loads((tmp_path / "p.json").read_text())
        assert entries["weights"] == profile.weights
        assert entries.keys() == {"format", "recipe", "n_examples", "sums", "weights"}

    @pytest.mark.parametrize(
        "change",
        [
            {"format": 2},
            {"recipe": {}},
            {"n_examples": -1},
            {"n_examples": "5"},
            {"sums": {}},
            {"sums": [1, 2, 3]},
            {"sums": {"Histogram": "x", "ColorHistogram": 0, "Histogram 2": 0}},
            {"sums": {"Histogram": True, "ColorHistogram": 0, "Histogram 2": 0}},
        ],
    )
    def test_hostile_files(self, tmp_path, change):
        file = tmp_path / "p.json"
        Profile(RECIPE).save(file)
        file.write_text(json.dumps({**json.loads(file.read_text()), **change}))
        with pytest.raises(FormatError, match=r"p\.json"):
            Profile.load(file)

    @pytest.mark.parametrize("text", [b"", b"[", b"[]", b"\xff", b"3", b"[" * 100000])
    def test_no_profile_at_all(self, tmp_path, text):
        (tmp_path / "p.json").write_bytes(text)
        with pytest.raises(FormatError):
            Profile.load(tmp_path / "p.json")

    def test_wrong_recipe(self, index):
        with pytest.raises(TypeError, match="recipe must be a Recipe"):
            Profile("color")
        session = index.session(picture(1)).like(1).dislike(2)
        with pytest.raises(ValueError, match="session must be of an index"):
            Profile(Recipe.named("color")).learn(session)


def test_photographs(data_dir, tmp_path):
    """Three rounds of feedback on every tenth Corel photograph raise P@20 by ten points or more."""
    from benchmarks.quality_feedback import rounds

    with ImageIndex.open(tmp_path / "c") as index:
        index.add(data_dir / "corel1k", labels="folder")
        pictures = list(zip(index.paths(), index.labels(), strict=True))[::10]
        whole = np.mean([rounds(index, path, label)[0] for path, label in pictures], axis=0)
    assert whole[3] >= whole[0] + 0.25
    assert (np.diff(whole) > 0).all()
