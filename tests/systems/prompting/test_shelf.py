from dataclasses import dataclass, field

import numpy as np
import pytest

from holdfast.errors import UsageError
from holdfast.system import Spec
from systems.prompting.shelf import Selection, Shelf


@dataclass(frozen=True)
class Letters:
    """Says that texts are alike which share letters, and counts what it was asked."""

    asked: list = field(default_factory=list)

    @property
    def spec(self):
        return Spec(name="letters")

    def __call__(self, texts):
        self.asked.extend(texts)
        counts = np.array([[text.count(chr(97 + n)) for n in range(26)] for text in texts], float)
        return (counts / np.linalg.norm(counts, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def letters(shelf):
    return Shelf(path=shelf.path, encoder=Letters())


def test_only_as_many_as_there_are_come(letters):
    chosen = letters.choose(Selection(select="nearest", count=9), task="crate", text="fish")
    assert len(chosen) == 4
    assert letters.choose(Selection(select="nearest", count=2), task="boat", text="fish") == ()


def test_the_order_is_the_same_each_time_and_ends_with_the_nearest(letters):
    selection = Selection(select="nearest", count=4)
    first = letters.choose(selection, task="crate", text="nobody weighed flour")
    assert [one.id for one in first][-1] == "c"
    assert letters.choose(selection, task="crate", text="nobody weighed flour") == first


def test_a_text_is_encoded_once_for_all_prompts(letters):
    for count in (1, 2, 3):
        letters.choose(Selection(select="nearest", count=count), task="crate", text="fish")
    assert letters.encoder.asked.count("fish") == 1
    assert len(letters.encoder.asked) == 5


def test_a_listed_example_that_is_not_there_is_named(letters):
    selection = Selection(select="listed", ids={"crate": ("a", "z")})
    with pytest.raises(UsageError, match="the example 'z' is not in"):
        letters.choose(selection, task="crate", text="fish")


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"select": "best"},
        {"select": "first"},
        {"select": "nearest", "count": 0},
        {"count": 3},
        {"select": "none", "shots": 3},
    ],
)
def test_a_selection_that_means_nothing_is_refused(table):
    with pytest.raises(UsageError, match=r"^extraction/v1: examples"):
        Selection.of({"examples": table}, where="extraction/v1")
