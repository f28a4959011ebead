"""Cases that undermine a suite, and those that only look as if they did."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.checking.dataset_defects import dataset_defects
from holdfast.dataset import Case
from holdfast.digest import Json


def kinds(*cases: Case) -> list[str]:
    return [defect.kind for defect in dataset_defects(cases)]


@pytest.mark.parametrize(
    ("input", "expected", "leaks"),
    [
        ("Context: The seal HAS expired,  since May. What happened?", "the seal has expired", True),
        ({"notes": ["ask: Dunmoss Workshop"]}, {"answer": "Dunmoss workshop"}, True),
        ("Which team?", "billing", False),
        ("Is it full? Answer yes or no.", "yes", False),
        ("Look up INC-4231-SILENT please", "INC-4231-SILENT", False),
        ("Find p1#section-two", {"passages": {"p1#section-two": 1}}, False),
        ("one two three", "one two three four", False),
        ("The sealhas expired now", "the seal has expired", False),
        ("a b c d", ["a b c d"], True),
        ("The number is 123456789012", 123456789012, False),
    ],
)
def test_an_answer_in_the_input_is_a_leak(input: Json, expected: Json, leaks: bool) -> None:  # noqa: FBT001  # a parameter of the test
    assert kinds(Case(id="a", input=input, expected=expected)) == (["leak"] if leaks else [])


@given(st.lists(st.sampled_from("abcdefg"), min_size=4, max_size=9))
def test_letters_and_spacing_hide_no_leak(words: list[str]) -> None:
    asked = f"Say:\n{'  '.join(words).upper()}!"
    assert "leak" in kinds(Case(id="x", input=asked, expected=" ".join(words)))


def test_contradictions_block_and_duplicates_are_said() -> None:
    first = Case(id="a", input={"q": "same", "n": 1}, expected="x")
    other = Case(id="b", input={"n": 1, "q": "same"}, expected="y")
    (conflict,) = dataset_defects([first, other])
    assert (conflict.kind, conflict.blocks) == ("conflict", True) and "a and b" in conflict.sentence
    again = Case(id="c", input={"n": 1, "q": "same"}, expected="x")
    (double,) = dataset_defects([first, again])
    assert (double.kind, double.blocks) == ("duplicate", False)
    grouped = [Case(id=name, input="q", expected="x", cluster="doc") for name in "ab"]
    assert dataset_defects(grouped) == ()


def test_tags_with_too_few_cases_are_listed_smallest_first() -> None:
    cases = [
        Case(id=f"c{n}", input=n, tags=("all", "rare") if n < 3 else ("all", "some"))
        for n in range(20)
    ]
    (defect,) = dataset_defects(cases)
    assert defect.kind == "small_tag" and not defect.blocks
    assert "2 tags have fewer than 20 cases (rare 3, some 17)" in defect.sentence
