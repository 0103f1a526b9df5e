import os
from pathlib import Path

import imgmine
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine import ImageIndex
from imgmine.collection import Hit
from imgmine.features import GaussianBlur, Gray, Histogram, Recipe
from imgmine.io import find_images, imencode, imread
from scipy.spatial.distance import cdist

RECIPE = Recipe.named("color")


@pytest.fixture
def index(tmp_path):
    with ImageIndex.open(tmp_path / "catalogue") as opened:
        yield opened


@pytest.fixture
def no_decoding(monkeypatch):
    """Make it an error to read any picture."""

    def refuse(*args, **options):
        raise AssertionError(f"a picture was read: {args}")

    return lambda: monkeypatch.setattr("imgmine.collection._describing.read_file", refuse)


def counts(report):
    return report.added, report.updated, report.unchanged, report.failed, report.removed


def names(index):
    return [os.path.relpath(path, index.path.parent) for path in index.paths()]


def later(path, seconds=10):
    """Make a file look as if it had been written later."""
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + seconds * 10**9))


def image(seed, shape=(12, 10, 3)):
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


class TestAdd:
    def test_folder(self, index, photos):
        report = index.add(photos)
        assert counts(report) == (9, 0, 0, 0, 0)
        assert index.paths() == [str(path) for path in find_images(photos)]
        assert index.ids.tolist() == list(range(1, 10))
        assert index.labels() == [None] * 9
        np.testing.assert_array_equal(index.vectors(), RECIPE.transform(find_images(photos)))
        assert len(index) == 9

    def test_unchanged_files_are_not_opened(self, index, photos, no_decoding):
        index.add(photos)
        no_decoding()
        assert counts(index.add(photos)) == (0, 0, 9, 0, 0)
        assert counts(index.add(find_images(photos)[2:4])) == (0, 0, 2, 0, 0)

    def test_unchanged_also_after_reopening(self, index, photos, no_decoding):
        index.add(photos)
        index.close()
        no_decoding()
        with ImageIndex.open(index.path) as again:
            assert counts(again.add(photos)) == (0, 0, 9, 0, 0)

    def test_changed_file_is_described_anew_and_keeps_its_id(self, index, photos, write_picture):
        index.add(photos, labels="folder")
        before = index.vectors()
        changed = photos / "forest" / "4.jpg"
        write_picture(changed, 99)
        later(changed)
        assert counts(index.add(photos)) == (0, 1, 8, 0, 0)
        assert index.ids.tolist() == list(range(1, 10))
        assert index.labels()[4] == "forest"
        np.testing.assert_array_equal(index.vectors()[4], RECIPE.read(changed))
        assert (index.vectors() != before).any(axis=1).tolist() == [i == 4 for i in range(9)]

    @pytest.mark.parametrize("change", ["time", "size"])
    def test_time_and_size_both_count(self, index, photos, change):
        index.add(photos)
        path = photos / "town" / "8.jpg"
        status = path.stat()
        if change == "time":
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns - 1000))
        else:
            path.write_bytes(path.read_bytes() + b"\0")
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        assert counts(index.add(photos)) == (0, 1, 8, 0, 0)

    def test_time_that_no_64_bits_can_hold(self, index, photos):
        path = photos / "town" / "8.jpg"
        os.utime(path, (15_000_000_000, 15_000_000_000))
        if path.stat().st_mtime_ns < 2**63:
            pytest.skip("this file system ends before the year 2262")
        assert counts(index.add(photos)) == (9, 0, 0, 0, 0)
        assert counts(index.add(photos)) == (0, 0, 9, 0, 0)

    def test_moved_file(self, index, photos):
        index.add(photos)
        old, new = photos / "town" / "8.jpg", photos / "forest" / "8.jpg"
        old.rename(new)
        report = index.add(photos)
        assert (*counts(report), report.moved) == (0, 0, 8, 0, 0, 1)
        assert str(old) not in index.paths()
        assert index.paths()[-1] == str(new)

    def test_ids_are_never_reused(self, index, photos):
        index.add(photos)
        index.remove(index.ids[-2:])
        index.add(photos)
        assert index.ids.tolist() == [1, 2, 3, 4, 5, 6, 7, 10, 11]

    def test_prune_stays_within_the_folder(self, index, tmp_path, write_picture):
        for folder in ("a", "a/b", "a2", "A"):
            write_picture(tmp_path / folder / "1.png", 1)
            write_picture(tmp_path / folder / "2.png", 2)
        index.add([tmp_path / folder for folder in ("a", "a2", "A")])
        for folder in ("a", "a/b", "a2", "A"):
            (tmp_path / folder / "1.png").unlink()
        assert index.add(tmp_path / "a" / "b", prune=True).removed == 1
        assert index.add(tmp_path / "a", prune=True).removed == 1
        assert names(index) == [
            "a/2.png",
            "a/b/2.png",
            "a2/1.png",
            "a2/2.png",
            "A/1.png",
            "A/2.png",
        ]

    def test_prune_keeps_what_is_there_but_not_found_by_itself(self, index, photos):
        odd = photos / "town" / ".hidden.jpg"
        odd.write_bytes((photos / "town" / "6.jpg").read_bytes())
        index.add([photos, odd])
        assert counts(index.add(photos, prune=True)) == (0, 0, 9, 0, 0)
        assert str(odd) in index.paths()

    def test_prune_of_single_paths(self, index, photos):
        index.add(photos)
        gone, kept = photos / "town" / "8.jpg", photos / "town" / "7.jpg"
        gone.unlink()
        report = index.add([gone, kept])
        assert counts(report) == (0, 0, 1, 1, 0)
        assert report.failures == ((str(gone), "No such file or directory"),)
        assert str(gone) in index.paths()
        assert counts(index.add([gone, kept], prune=True)) == (0, 0, 1, 0, 1)
        assert str(gone) not in index.paths()
        assert counts(index.add([gone, kept], prune=True)) == (0, 0, 1, 1, 0)

    def test_missing_folder_is_an_error_and_prunes_nothing(self, index, photos):
        index.add(photos)
        photos.rename(photos.with_name("elsewhere"))
        with pytest.raises(FileNotFoundError):
            index.add(photos, prune=True)
        assert len(index) == 9

    def test_same_file_twice_counts_once(self, index, photos, monkeypatch):
        monkeypatch.chdir(photos)
        report = index.add([photos, "town/8.jpg", photos / "beach" / ".." / "town"])
        assert counts(report) == (9, 0, 0, 0, 0)

    def test_relative_paths_are_kept_as_absolute_ones(self, index, photos, monkeypatch):
        monkeypatch.chdir(photos)
        index.add("beach/0.jpg")
        assert index.paths() == [str(photos / "beach" / "0.jpg")]

    def test_images_by_name(self, index):
        images = {"one": image(1), "two": imencode(image(2), "png"), "gray": image(3, (5, 6))}
        assert counts(index.add(images, labels=["x", None, 7])) == (3, 0, 0, 0, 0)
        assert index.paths() == ["one", "two", "gray"]
        assert index.labels() == ["x", None, 7]
        expected = [RECIPE(image(1)), RECIPE(image(2)), RECIPE(image(3, (5, 6)))]
        np.testing.assert_array_equal(index.vectors(), expected)
        assert counts(index.add({"two": image(4)})) == (0, 1, 0, 0, 0)
        np.testing.assert_array_equal(index.vectors()[1], RECIPE(image(4)))
        assert index.ids.tolist() == [1, 2, 3]

    def test_order_and_vectors_do_not_depend_on_threads(self, tmp_path, photos):
        for n_jobs in (1, 2, 5):
            with ImageIndex.open(tmp_path / f"{n_jobs}") as index:
                index.add(photos, n_jobs=n_jobs)
                assert index.paths() == [str(path) for path in find_images(photos)]
                np.testing.assert_array_equal(
                    index.vectors(), RECIPE.transform(find_images(photos))
                )

    def test_names_that_are_not_utf8(self, index, tmp_path, write_picture):
        folder = tmp_path / os.fsdecode(b"caf\xe9")
        odd, plain = folder / os.fsdecode(b"\xff\xfe.jpg"), tmp_path / "plain.jpg"
        write_picture(plain, 5)
        folder.mkdir()
        odd.write_bytes(plain.read_bytes())
        assert counts(index.add([folder, plain], labels="folder")) == (2, 0, 0, 0, 0)
        assert index.paths() == [str(odd), str(plain)]
        assert index.labels()[0] == folder.name
        assert counts(index.add(folder)) == (0, 0, 1, 0, 0)
        (folder / os.fsdecode(b"\xfe.jpg")).write_bytes(b"nothing")
        assert "\\udcfe.jpg: " in str(index.add(folder))
        index.search(plain).to_html(tmp_path / "page.html")
        assert "\\udcff\\udcfe.jpg" in (tmp_path / "page.html").read_text("utf-8")
        assert "caf\\udce9" in str(index.search(plain))
        odd.unlink()
        assert index.add(folder, prune=True).removed == 1

    @pytest.mark.parametrize("images", [image(0), b"bytes", 3, None, [image(0)], [b"bytes"]])
    def test_images_without_a_name_are_refused(self, index, images):
        with pytest.raises(TypeError, match="images must be a folder, paths, or a dict"):
            index.add(images)

    @pytest.mark.parametrize("images", [{1: image(0)}, {b"x": image(0)}, [1]])
    def test_names_must_be_text(self, index, images):
        with pytest.raises(TypeError):
            index.add(images)

    def test_image_of_another_dtype_is_a_mistake_not_a_failure(self, index):
        with pytest.raises(TypeError, match="float64"):
            index.add({"good": image(1), "bad": np.zeros((4, 4))})
        assert index.paths() == ["good"]

    def test_progress(self, index, photos):
        index.add(photos / "town")
        calls = []
        index.add(photos, progress=lambda done, total: calls.append((done, total)))
        assert calls == [(done, 9) for done in range(3, 10)]

    def test_report_as_text(self, index, photos):
        assert str(index.add(photos)) == "9 added"
        (photos / "town" / "x.png").write_bytes(b"nothing")
        (photos / "town" / "8.jpg").unlink()
        lines = str(index.add(photos, prune=True)).splitlines()
        assert lines[0] == "0 added, 8 unchanged, 1 failed, 1 removed"
        assert lines[1].startswith(f"  {photos / 'town' / 'x.png'}: ")


class TestFailures:
    def test_bad_file_is_reported_and_the_others_described(self, index, photos):
        bad = photos / "forest" / "bad.jpg"
        bad.write_bytes(b"\xff\xd8\xff but no more")
        report = index.add(photos)
        assert counts(report) == (9, 0, 0, 1, 0)
        assert [path for path, _ in report.failures] == [str(bad)]
        assert index.failures() == list(report.failures)
        assert str(bad) not in report.failures[0][1]
        assert str(bad) not in index.paths()

    def test_bad_file_is_not_decoded_again(self, index, photos, no_decoding):
        bad = photos / "bad.jpg"
        bad.write_bytes(b"nothing")
        first = index.add(photos)
        no_decoding()
        again = index.add(photos)
        assert counts(again) == (0, 0, 9, 1, 0)
        assert again.failures == first.failures

    def test_bad_file_is_tried_when_it_has_changed(self, index, photos, write_picture):
        bad = photos / "bad.jpg"
        bad.write_bytes(b"nothing")
        index.add(photos)
        write_picture(bad, 1)
        assert counts(index.add(photos)) == (1, 0, 9, 0, 0)
        assert index.failures() == []

    def test_file_that_turns_bad_loses_its_vector(self, index, photos):
        index.add(photos)
        bad = photos / "town" / "8.jpg"
        bad.write_bytes(b"nothing")
        assert counts(index.add(photos)) == (0, 0, 8, 1, 0)
        assert len(index) == 8
        assert str(bad) not in [hit.path for hit in index.search(photos / "town" / "7.jpg", k=99)]

    def test_vanished_bad_file_is_forgotten(self, index, photos):
        bad = photos / "bad.jpg"
        bad.write_bytes(b"nothing")
        index.add(photos)
        bad.unlink()
        assert counts(index.add(photos, prune=True)) == (0, 0, 9, 0, 0)
        assert index.failures() == []

    @pytest.mark.parametrize("error", [OSError(5, "Input/output error"), MemoryError()], ids=repr)
    def test_what_may_pass_is_tried_again(self, index, photos, monkeypatch, error):
        def fail(path):
            if path.endswith("4.jpg"):
                raise error
            return Path(path).read_bytes()

        with monkeypatch.context() as patch:
            patch.setattr("imgmine.collection._describing.read_file", fail)
            assert counts(index.add(photos)) == (8, 0, 0, 1, 0)
        assert counts(index.add(photos)) == (1, 0, 8, 0, 0)

    def test_folder_named_like_a_picture_and_dangling_link(self, index, photos):
        (photos / "folder.jpg").mkdir()
        (photos / "link.jpg").symlink_to(photos / "nowhere")
        assert counts(index.add(photos)) == (9, 0, 0, 0, 0)
        assert counts(index.add([photos / "link.jpg"])) == (0, 0, 0, 1, 0)


class TestLabels:
    def test_folder(self, index, photos):
        index.add(photos, labels="folder")
        assert index.labels() == ["beach"] * 3 + ["forest"] * 3 + ["town"] * 3

    def test_stay_unless_others_are_given(self, index, photos, no_decoding):
        index.add(photos, labels="folder")
        index.add(photos)
        assert index.labels() == ["beach"] * 3 + ["forest"] * 3 + ["town"] * 3
        before = index.vectors().copy()
        no_decoding()
        paths = [photos / "beach" / "0.jpg", photos / "town" / "8.jpg"]
        assert counts(index.add(paths, labels=["sea", None])) == (0, 1, 1, 0, 0)
        assert index.labels() == ["sea"] + ["beach"] * 2 + ["forest"] * 3 + ["town"] * 3
        np.testing.assert_array_equal(index.vectors(), before)

    def test_numbers_stay_numbers(self, index):
        images = {f"{i}": image(i) for i in range(4)}
        index.add(images, labels=np.array([3, -1, 2**40, 0]))
        assert index.labels() == [3, -1, 2**40, 0]
        index.add({"0": image(0)}, labels=["3"])
        assert index.labels() == ["3", -1, 2**40, 0]
        assert [hit.path for hit in index.search(image(1), label=-1)] == ["1"]

    @pytest.mark.parametrize(
        ("labels", "error", "match"),
        [
            (["a"] * 8, ValueError, "one for each of 9, got 8"),
            ("town", ValueError, "'folder'"),
            ([1.5] * 9, TypeError, "float"),
            ([True] * 9, TypeError, "bool"),
            ([2**63] * 9, ValueError, "64-bit"),
        ],
    )
    def test_wrong_ones(self, index, photos, labels, error, match):
        with pytest.raises(error, match=match):
            index.add(photos, labels=labels)
        assert len(index) == 0


class TestOpen:
    def test_keeps_recipe_and_metric(self, tmp_path):
        recipe = Recipe([Histogram(bins=16)], [Gray(), GaussianBlur(sigma=2)])
        ImageIndex.open(tmp_path / "c", recipe, metric="cosine").close()
        with ImageIndex.open(tmp_path / "c") as index:
            assert index.recipe == recipe
            assert index.metric == "cosine"
        ImageIndex.open(tmp_path / "c", recipe, metric="cosine").close()
        with pytest.raises(ValueError, match="recipe must be the catalogue's"):
            ImageIndex.open(tmp_path / "c", "color")
        with pytest.raises(ValueError, match="metric must be the catalogue's, 'cosine', got 'l1'"):
            ImageIndex.open(tmp_path / "c", metric="l1")

    def test_defaults(self, index, tmp_path):
        assert index.recipe == Recipe.named("color")
        assert index.metric == "euclidean"
        assert index.path == tmp_path / "catalogue"
        assert repr(index) == f"ImageIndex({str(tmp_path / 'catalogue')!r}, mode='a')"

    def test_modes(self, tmp_path):
        with pytest.raises(FileNotFoundError):
            ImageIndex.open(tmp_path / "c", mode="r")
        assert not (tmp_path / "c").exists()
        ImageIndex.open(tmp_path / "c", mode="x").close()
        with pytest.raises(FileExistsError):
            ImageIndex.open(tmp_path / "c", mode="x")
        ImageIndex.open(tmp_path / "c", mode="r").close()
        with pytest.raises(ValueError, match="mode must be"):
            ImageIndex.open(tmp_path / "c", mode="w")

    def test_in_a_folder_that_holds_other_things(self, photos):
        with ImageIndex.open(photos) as index:
            assert counts(index.add(photos)) == (9, 0, 0, 0, 0)
        with ImageIndex.open(photos) as index:
            assert counts(index.add(photos)) == (0, 0, 9, 0, 0)

    @pytest.mark.parametrize("metric", ["hamming", "euclid", ""])
    def test_wrong_metric(self, tmp_path, metric):
        with pytest.raises(ValueError, match="metric"):
            ImageIndex.open(tmp_path / "c", metric=metric)
        assert not (tmp_path / "c").exists()

    def test_wrong_kinds(self, tmp_path):
        with pytest.raises(TypeError, match="recipe"):
            ImageIndex.open(tmp_path / "c", 3)
        with pytest.raises(ValueError, match="name"):
            ImageIndex.open(tmp_path / "c", "no such recipe")
        (tmp_path / "file").touch()
        with pytest.raises(NotADirectoryError):
            ImageIndex.open(tmp_path / "file")

    def test_closed(self, index, photos):
        index.add(photos)
        index.close()
        index.close()
        for call in (
            lambda: index.add(photos),
            lambda: index.search(photos / "town" / "8.jpg"),
            lambda: len(index),
            lambda: index.remove(1),
            index.paths,
            index.failures,
        ):
            with pytest.raises(ValueError, match="is closed"):
                call()

    def test_arrays_cannot_be_changed(self, index):
        index.add({"a": image(0), "b": image(1)})
        for array in (index.ids, index.vectors()):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 0

    def test_read_only(self, index, photos):
        index.add(photos, labels="folder")
        with ImageIndex.open(index.path, mode="r") as reader:
            assert reader.paths() == index.paths()
            assert reader.evaluate().n_queries == 9
            with pytest.raises(ValueError, match="mode='r'"):
                reader.add(photos)
            with pytest.raises(ValueError, match="mode='r'"):
                reader.remove(1)


def reference_scores(metric, query, base):
    """Definitions, in float64."""
    query, base = query.astype(np.float64), base.astype(np.float64)
    if metric in ("euclidean", "l1", "cosine"):
        kind = {"euclidean": "euclidean", "l1": "cityblock", "cosine": "cosine"}[metric]
        distances = cdist(query[None], base, kind)[0]
        return 1 - distances if metric == "cosine" else distances
    if metric == "intersection":
        return np.minimum(query, base).sum(axis=1)
    total = np.where(query + base > 0, query + base, 1)
    return ((query - base) ** 2 / total).sum(axis=1)


class TestSearch:
    @pytest.mark.parametrize("metric", ["euclidean", "l1", "cosine", "intersection", "chi2"])
    def test_against_numpy(self, tmp_path, metric):
        with ImageIndex.open(tmp_path / "c", metric=metric) as index:
            index.add({f"{i}": image(i) for i in range(60)})
            query = image(1000)
            expected = reference_scores(metric, RECIPE(query), index.vectors())
            order = np.argsort(expected if metric in ("euclidean", "l1", "chi2") else -expected)
            results = index.search(query, k=25)
        assert results.metric == metric
        assert results.query is query
        np.testing.assert_allclose([hit.score for hit in results], expected[order[:25]], rtol=1e-5)
        for hit in results:
            assert hit.score == pytest.approx(expected[hit.id - 1], rel=1e-5)
            assert hit.path == f"{hit.id - 1}"

    def test_kinds_of_queries(self, index, photos):
        index.add(photos, labels="folder")
        path = photos / "forest" / "4.jpg"
        expected = index.search(path)
        assert len(expected) == 9
        assert expected[0] == Hit(5, str(path), 0.0, "forest")
        assert index.search(str(path)) == expected
        assert index.search(path.read_bytes()) == expected
        assert index.search(imread(path)) == expected
        assert index.search_many([path, imread(path)], k=4) == [expected[:4], expected[:4]]

    def test_fewer_than_k(self, index):
        assert len(index.search(image(0))) == 0
        assert index.search_many([image(0), image(1)]) == [index.search(image(0))] * 2
        assert index.search_many([]) == []
        index.add({"one": image(1)})
        assert [hit.path for hit in index.search(image(0), k=10)] == ["one"]

    def test_equal_scores_in_order_of_ids(self, index):
        index.add({name: image(1) for name in ("c", "a", "b")})
        assert [hit.path for hit in index.search(image(1))] == ["c", "a", "b"]

    def test_label(self, index, photos):
        index.add(photos, labels="folder")
        query = photos / "town" / "8.jpg"
        of_all = index.search(query, k=9)
        found = index.search(query, k=2, label="beach")
        assert list(found) == [hit for hit in of_all if hit.label == "beach"][:2]
        assert len(index.search(query, label="moon")) == 0
        both = index.search_many([query, query], label="forest")
        assert [results[0].label for results in both] == ["forest"] * 2

    def test_without_the_query_itself(self, index, photos, monkeypatch):
        index.add(photos)
        path = photos / "town" / "8.jpg"
        with_it = index.search(path, k=5)
        assert index.search(path, k=4, include_self=False) == with_it[1:]
        monkeypatch.chdir(photos)
        assert index.search("town/8.jpg", k=4, include_self=False) == with_it[1:]
        assert len(index.search(path, k=99, include_self=False)) == 8
        outside = index.search(imread(path), k=5, include_self=False)
        assert outside == with_it
        both = index.search_many([path, imread(path)], k=5, include_self=False)
        assert both == [index.search(path, k=5, include_self=False), with_it]

    @pytest.mark.parametrize(("k", "error"), [(0, ValueError), (-1, ValueError), (1.5, TypeError)])
    def test_wrong_k(self, index, k, error):
        with pytest.raises(error):
            index.search(image(0), k=k)

    def test_query_that_cannot_be_read(self, index, tmp_path):
        (tmp_path / "x.jpg").write_bytes(b"nothing")
        with pytest.raises(imgmine.DecodeError):
            index.search(tmp_path / "x.jpg")
        with pytest.raises(FileNotFoundError):
            index.search(tmp_path / "y.jpg")


class TestRemove:
    def test_by_path_name_id_and_hit(self, index, photos, monkeypatch):
        index.add(photos)
        index.add({"by name": image(1)})
        monkeypatch.chdir(photos)
        assert index.remove("by name") == 1
        assert index.remove(photos / "beach" / "0.jpg") == 1
        assert index.remove("beach/1.jpg") == 1
        assert index.remove(3) == 1
        assert index.remove(index.search(photos / "forest" / "3.jpg")[0]) == 1
        assert index.ids.tolist() == [5, 6, 7, 8, 9]
        assert index.remove([5, np.int64(6), photos / "town" / "6.jpg", 5]) == 3
        assert index.remove(["nothing", 77]) == 0
        assert names(index) == ["photos/town/7.jpg", "photos/town/8.jpg"]
        assert len(index) == 2
        with pytest.raises(TypeError):
            index.remove([None])

    def test_of_a_failure(self, index, photos):
        (photos / "bad.jpg").write_bytes(b"nothing")
        index.add(photos)
        assert index.remove(photos / "bad.jpg") == 0
        assert index.failures() == []


steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 50))),
        st.tuples(st.just("label"), st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("xyz"))),
        st.tuples(st.just("remove"), st.sets(st.sampled_from("abcdefgh"), max_size=4)),
        st.tuples(st.just("look"), st.none()),
    ),
    max_size=12,
)


@settings(max_examples=25)
@given(steps)
def test_readers_see_every_change(tmp_path_factory, steps):
    """What a reader keeps in memory is what a dict says, whenever it looks."""
    model: dict[str, tuple[int, str | None]] = {}
    folder = tmp_path_factory.mktemp("c")
    recipe = Recipe.named("histogram")
    with (
        ImageIndex.open(folder, recipe) as writer,
        ImageIndex.open(folder, mode="r") as reader,
    ):
        for step, value in [*steps, ("look", None)]:
            if step == "add":
                writer.add({name: image(seed) for name, seed in value.items()})
                for name, seed in value.items():
                    model[name] = (seed, model.get(name, (0, None))[1])
            elif step == "label" and value[0] in model:
                name, label = value
                writer.add({name: image(model[name][0])}, labels=[label])
                model[name] = (model[name][0], label)
            elif step == "remove":
                assert writer.remove(value) == len(value & model.keys())
                model = {name: entry for name, entry in model.items() if name not in value}
            elif step == "look":
                for index in (reader, writer):
                    assert index.paths() == list(model)
                    assert index.labels() == [label for _, label in model.values()]
                    expected = [recipe(image(seed)) for seed, _ in model.values()]
                    np.testing.assert_array_equal(index.vectors(), np.reshape(expected, (-1, 8)))


def test_photographs(data_dir, tmp_path):
    """Corel photographs: each finds itself, and mostly its own kind."""
    folder = data_dir / "corel1k"
    with ImageIndex.open(tmp_path / "c") as index:
        assert counts(index.add(folder, labels="folder")) == (500, 0, 0, 0, 0)
        assert counts(index.add(folder)) == (0, 0, 500, 0, 0)
        for path in index.paths()[::50]:
            assert index.search(path, k=1)[0].path == path
        report = index.evaluate()
    assert report.n_queries == 500
    assert report.precision_at_k[1] > 0.8
    assert report.mean_average_precision > 0.5


@pytest.mark.parametrize("thumbnails", [False, True])
def test_each_file_is_opened_once(photos, tmp_path, monkeypatch, thumbnails):
    opened = []

    def counting(path, flags, *rest, **options):
        opened.append(str(path))
        return plain_open(path, flags, *rest, **options)

    plain_open = os.open
    with ImageIndex.open(tmp_path / "c", thumbnails=thumbnails) as index:
        monkeypatch.setattr(os, "open", counting)
        assert index.add(photos).added == 9
        monkeypatch.undo()
        assert sorted(path for path in opened if path.endswith(".jpg")) == index.paths()
        described = [index.recipe.read(path) for path in index.paths()]
        np.testing.assert_array_equal(index.vectors(), described)
