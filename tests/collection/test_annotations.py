"""Labels, tags and metadata of pictures, and searching by them."""

import operator

import imgmine
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imgmine import ImageIndex
from imgmine.collection._conditions import condition

SIGNS = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def picture(seed):
    return np.random.default_rng(seed).integers(0, 256, (12, 10, 3), dtype=np.uint8)


@pytest.fixture
def index(tmp_path):
    with ImageIndex.open(tmp_path / "c", "histogram") as opened:
        opened.add({name: picture(i) for i, name in enumerate("abcdef")})
        yield opened


def found(index, **conditions):
    return {hit.path for hit in index.search(picture(9), k=99, **conditions)}


def test_are_kept_and_merged(index):
    assert index.annotate(["a", "b"], metadata={"year": 2020, "place": "Rome"}, tags=["sea"]) == 2
    assert index.annotate("b", metadata={"year": None, "good": True, "size": 1.5}) == 1
    assert index.annotate(3, label="c", tags=("x", "y", "x")) == 1
    expected = [{"year": 2020, "place": "Rome"}, {"place": "Rome", "good": True, "size": 1.5}]
    for mode in ("r", "a"):
        with ImageIndex.open(index.path, mode=mode) as again:
            assert again.metadata() == [*expected, {}, {}, {}, {}]
            kinds = {key: type(value) for key, value in again.metadata()[1].items()}
            assert kinds == {"place": str, "good": bool, "size": float}
            assert again.tags() == [("sea",), ("sea",), ("x", "y"), (), (), ()]
            assert again.labels() == [None, None, "c", None, None, None]
    assert index.annotate("a", tags=[], metadata={"year": None, "place": None}) == 1
    assert index.metadata()[0] == {}
    assert index.tags()[0] == ()
    assert index.annotate(["nothing", 77]) == 0


def test_readers_see_them(index):
    with ImageIndex.open(index.path, mode="r") as reader:
        assert found(reader, tags="sea") == set()
        index.annotate(["d", "a"], tags="sea")
        assert found(reader, tags="sea") == {"a", "d"}
        assert found(reader) == set("abcdef")


def test_survive_a_new_description_but_not_removal(index):
    index.annotate("a", tags=["t"], metadata={"k": 1}, label="l")
    index.add({"a": picture(50)})
    assert (index.tags()[0], index.metadata()[0], index.labels()[0]) == (("t",), {"k": 1}, "l")
    index.remove("a")
    index.add({"a": picture(50)})
    assert (index.tags()[-1], index.metadata()[-1], index.labels()[-1]) == ((), {}, None)


def test_filters(index):
    for i, name in enumerate("abcdef"):
        metadata = {"year": 2018 + i, "place": ["Rome", "Oslo"][i % 2], "good": i > 3}
        index.annotate(name, metadata=metadata, tags=["even", "all"] if i % 2 == 0 else ["all"])
    index.annotate("f", metadata={"year": None}, label="last")
    assert found(index, where={"place": "Rome"}) == set("ace")
    assert found(index, where={"year": 2019}) == {"b"}
    assert found(index, where={"year": [2019, 2020, "2021"]}) == {"b", "c"}
    assert found(index, where={"year": {">=": 2019, "<": 2021.5}}) == set("bcd")
    assert found(index, where={"year": {">": 2019}, "place": "Rome"}) == {"c", "e"}
    assert found(index, where={"year": None}) == {"f"}
    assert found(index, where={"good": 1}) == set()
    assert found(index, where={"good": True}) == {"e", "f"}
    assert found(index, tags="even", where={"good": False}) == {"a", "c"}
    assert found(index, tags=["all", "even"]) == set("ace")
    assert found(index, label="last", tags="all") == {"f"}
    assert found(index, where={}) == set("abcdef")
    assert found(index, tags=[]) == set("abcdef")


def test_filtered_are_the_best_of_those_that_pass(index):
    index.annotate(["b", "c", "e"], metadata={"in": True})
    of_all = list(index.search(picture(9), k=6))
    for k in (1, 2, 9):
        hits = index.search(picture(9), k=k, where={"in": True})
        assert list(hits) == [hit for hit in of_all if hit.path in "bce"][:k]
    both = index.search_many([picture(9), picture(2)], k=2, where={"in": True})
    assert both == [index.search(picture(i), k=2, where={"in": True}) for i in (9, 2)]


values = st.one_of(
    st.booleans(), st.integers(-3, 3), st.sampled_from([0.5, 1.0]), st.text("ab", max_size=2)
)


def kind(value):
    return "number" if type(value) in (int, float) else type(value).__name__


@settings(max_examples=200)
@given(values | st.none(), st.sampled_from(sorted(SIGNS)), values)
def test_comparisons_against_python(value, sign, bound):
    metadata = {} if value is None else {"key": value}
    alike = kind(value) == kind(bound)
    expected = SIGNS[sign](value, bound) if alike else sign == "!="
    assert condition({"key": {sign: bound}})(metadata) == expected


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"metadata": ["a"]}, TypeError, "metadata must be a dict, got list"),
        ({"metadata": {1: "a"}}, TypeError, "keys of metadata must be str"),
        ({"metadata": {"k": [1]}}, TypeError, r"metadata\['k'\] must be a text"),
        ({"metadata": {"k": float("nan")}}, ValueError, r"metadata\['k'\] must be finite"),
        ({"metadata": {"k": 2**63}}, ValueError, "64-bit"),
        ({"tags": [3]}, TypeError, "tags must be texts, got int"),
        ({"tags": [""]}, ValueError, "tags must not be empty"),
        ({"label": 1.5}, TypeError, "labels"),
    ],
)
def test_wrong_notes(index, options, error, match):
    with pytest.raises(error, match=match):
        index.annotate("a", **options)
    assert index.tags()[0] == ()


@pytest.mark.parametrize(
    ("where", "error", "match"),
    [
        ([], TypeError, "where must be a dict"),
        ({"k": {"~": 1}}, ValueError, r"where\['k'\] must compare by"),
        ({"k": object()}, TypeError, "text, number or bool"),
    ],
)
def test_wrong_conditions(index, where, error, match):
    with pytest.raises(error, match=match):
        index.search(picture(0), where=where)


def test_odd_texts(index):
    text = "ü\0\n\udcff'\"😀"
    index.annotate("a", metadata={text: text}, tags=[text])
    with ImageIndex.open(index.path, mode="r") as reader:
        assert reader.metadata()[0] == {text: text}
        assert reader.tags()[0] == (text,)
        assert found(reader, where={text: text}, tags=text) == {"a"}


def test_read_only(index):
    with (
        ImageIndex.open(index.path, mode="r") as reader,
        pytest.raises(ValueError, match="mode='r'"),
    ):
        reader.annotate("a", tags="t")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE details SET metadata = '{}'",
        "UPDATE details SET tags = '[]'",
        "UPDATE details SET checksum = checksum + 1",
        "UPDATE details SET id = 2",
        "UPDATE details SET metadata = x'7B7D'",
    ],
)
def test_damage_is_noticed(index, statement):
    index.annotate("a", metadata={"k": 1}, tags=["t"])
    index._database.write(lambda connection: connection.execute(statement))
    with (
        ImageIndex.open(index.path, mode="r") as reader,
        pytest.raises(imgmine.FormatError, match="details of picture"),
    ):
        reader.tags()


def test_hostile_details(index):
    """With a right checksum, but nothing that we would have written."""
    from imgmine.collection import _details

    for metadata, tags in [("[", "[]"), ("{}", "{"), ("3", "[]"), ('{"a": [1]}', "[]")]:
        row = (1, metadata, tags, _details.checksum(1, metadata, tags))
        index._database.write(
            lambda connection, row=row: connection.execute(
                "INSERT OR REPLACE INTO details VALUES (?, ?, ?, ?)", row
            )
        )
        with (
            ImageIndex.open(index.path, mode="r") as reader,
            pytest.raises(imgmine.FormatError, match="details of picture 1"),
        ):
            reader.tags()
