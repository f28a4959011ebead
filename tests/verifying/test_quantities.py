import pytest

from holdfast.verifying.quantities import quantities
from holdfast.verifying.sameness import same
from holdfast.verifying.words import tokens


def values(text):
    return [one.value for one in quantities(tokens(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,200 boats", [1200.0]),
        ("twelve hundred boats", [1200.0]),
        ("3.4 percent and 3.4%", [3.4, 3.4]),
        ("$2.5 million or 2,500,000 dollars", [2_500_000.0, 2_500_000.0]),
        ("twenty-one ships and forty-two crews", [21.0, 42.0]),
        ("three hundred and five pages", [305.0]),
        ("the 21st of May 2021", [21.0, "may", 2021.0]),
        ("on Sept 3 and on Mondays", ["september", 3.0, "monday"]),
        ("in the nineties and the 1980s", ["90s", "1980s"]),
        ("a dozen eggs", [12.0]),
        ("They may march on", []),
        ("a hundred boats and a million euros", [100.0, 1_000_000.0]),
        ("two thirds, a third and a quarter", [2 / 3, 1 / 3, 0.25]),
        ("in Friday's vote", ["friday"]),
        ("at 7:40 and at 7.40am", [7.4, 7.4]),
        ("on 2015-07-01", [1.0, "july", 2015.0]),
        ("on Mar. 3 and on 4 Mar", ["march", 3.0, 4.0, "march"]),
        ("two dozen eggs", [24.0]),
        ("$1.2B, $3tn and 5b", [1.2e9, 3e12, 5e9]),
        ("two and a half million people", [2_500_000.0]),
        ("three-and-a-half-year deal", [3.5]),
    ],
)
def test_quantities_are_read_by_value(text, expected):
    assert values(text) == expected


def test_a_rough_number_stands_for_those_near_it_and_an_exact_one_does_not():
    (about,), (exact,), (far,) = (
        quantities(tokens(text)) for text in ("about 1,200", "1,187", "1,900")
    )
    (plain,) = quantities(tokens("1,200"))
    assert same(about, exact)
    assert not same(plain, exact)
    assert not same(about, far)


@pytest.mark.parametrize(
    ("said", "given", "stands"),
    [
        ("more than 1,000", "1,187", True),
        ("more than 1,000", "3,000", False),
        ("over 1,000", "900", False),
        ("at least 20", "22", True),
        ("nearly 200", "198", True),
        ("under 200", "210", False),
        ("under 18", "under 16", False),
        ("4.3 million", "4.2 million", False),
        ("4.2 million", "4,180,000", True),
        ("4 million", "4.2 million", True),
        ("100m", "100 metres", True),
        ("$100m", "100", False),
        ("1,000", "1,187", False),
        ("the third", "the 3rd", True),
        ("67%", "two thirds", True),
        ("half of them", "50 per cent", True),
        ("a quarter of it", "25%", True),
        ("60%", "half", False),
        ("50%", "0.5", False),
        ("100%", "one", False),
        ("the eighties", "the 1980s", True),
        ("the 80s", "the 1970s", False),
    ],
)
def test_a_number_stands_for_another_as_far_as_it_is_rounded_or_bounded(said, given, stands):
    (ours,), (theirs,) = (quantities(tokens(text)) for text in (said, given))
    assert same(ours, theirs) is stands


def test_a_year_lies_in_its_decade_only():
    decade, early, late = (
        quantities(tokens(text))[0] for text in ("the 1980s", "in 1984", "in 1994")
    )
    assert same(decade, early)
    assert not same(decade, late)
