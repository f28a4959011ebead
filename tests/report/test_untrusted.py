"""Text from models and data files cannot hide, reorder or break what is around it."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from holdfast.report.untrusted import as_text, clean, excerpt, one_line
from tests.report.hostile import TEXTS

texts = st.text(max_size=300) | st.sampled_from(TEXTS)


@given(texts)
def test_cleaning_leaves_nothing_but_visible_characters_tabs_and_line_ends(text: str) -> None:
    for character in clean(text):
        if character not in "\n\t":
            assert unicodedata.category(character) not in ("Cc", "Cs", "Zl", "Zp")
            assert unicodedata.bidirectional(character) not in ("RLO", "LRO", "RLI", "LRI", "RLE")


@given(texts)
def test_cleaned_text_is_valid_unicode_and_stays_as_it_is(text: str) -> None:
    cleaned = clean(text)
    assert cleaned.encode().decode() == cleaned
    assert clean(cleaned) == cleaned


@given(texts, st.integers(1, 100))
def test_one_line_is_one_line_within_its_limit(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert len(line.splitlines()) <= 1


def test_one_line_says_when_it_is_cut() -> None:
    assert one_line("a b  c", 5) == "a b c"
    assert one_line("a b c d", 5) == "a b…"
    assert one_line(" " * 5_000 + "x", 5).endswith("…")


def test_an_excerpt_says_how_much_is_missing() -> None:
    cut = excerpt("x" * 4_010, 4_000)
    assert len(cut.text) == 4_000
    assert cut.note.startswith("10 of 4,010 characters are not shown")
    assert excerpt("short", 4_000).note == ""


def test_invisible_characters_are_named() -> None:
    assert clean("a\u200bb\u202ec\x00d\x7f\ud800") == "a⟨U+200B⟩b⟨U+202E⟩c⟨U+0000⟩d⟨U+007F⟩�"


def test_ordinary_text_of_any_language_is_left_alone() -> None:
    text = "עברית العربية 漢字 e\u0301 👩‍👩‍👧 tab\tline\n"
    assert clean(text) == text


def test_values_that_are_not_text_are_shown_as_json() -> None:
    assert as_text({"frage": "größe"}) == '{\n  "frage": "größe"\n}'
