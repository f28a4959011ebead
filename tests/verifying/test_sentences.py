import pytest

from holdfast.verifying.sentences import split


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("No. The ferry sails.", ("No.", "The ferry sails.")),
        ("See No. 10 first. It helps.", ("See No. 10 first.", "It helps.")),
        ("It sank. [ferry-3] She swam.", ("It sank. [ferry-3]", "She swam.")),
        ("It sank. [1, 2]", ("It sank. [1, 2]",)),
        ("It sank. She swam. [2]", ("It sank.", "She swam. [2]")),
        ("It sank.\u30101\u3011 She swam.", ("It sank.\u30101\u3011", "She swam.")),
        (
            "It sank. \u30101\u2020a b\u3011 She swam.",
            ("It sank. \u30101\u2020a b\u3011", "She swam."),
        ),
        ("It sank. [Source 1] She swam.", ("It sank. [Source 1]", "She swam.")),
        ("It sank. [Doc1] She swam.", ("It sank. [Doc1]", "She swam.")),
        ("It opens at 5 p.m. Monday in Oslo.", ("It opens at 5 p.m. Monday in Oslo.",)),
        ("It opens at 5 p.m. The sea is calm.", ("It opens at 5 p.m.", "The sea is calm.")),
        ("Il est parti. Élise reste.", ("Il est parti.", "Élise reste.")),
        ("Det. Sgt. Moen and Rev. Hale met.", ("Det. Sgt. Moen and Rev. Hale met.",)),
    ],
)
def test_a_full_stop_ends_a_sentence_and_no_abbreviation(text, expected):
    assert split(text) == expected


@pytest.mark.parametrize("part", ["a-1, ", "1-", "1,", "#", "[a-1, b-2] "])
def test_a_citation_that_never_ends_is_no_citation_and_holds_nothing_up(part):
    text = "It sank. [" + part * 3000
    assert "".join(split(text)).replace(" ", "") == text.replace(" ", "")


def test_ranges_and_lists_of_ids_stay_with_the_sentence_before_them():
    assert split("It sank. [1 - 3, 5] She left. [a-1, b-2] Nobody saw it. [1; 2]") == (
        "It sank. [1 - 3, 5]",
        "She left. [a-1, b-2]",
        "Nobody saw it. [1; 2]",
    )
