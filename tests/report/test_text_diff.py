"""A prompt's changes are shown line by line, and nothing else of it is."""

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from holdfast.report.text_diff import DiffLine, text_diff, unified
from tests.report.hostile import TEXTS

LINES = st.lists(st.sampled_from(["a", "b", "be kind", "be very kind", "", "x y z"]), max_size=25)
MINUS = "\N{MINUS SIGN}"


def plain(line: DiffLine) -> str:
    return unescape(re.sub(r"</?(?:del|ins)>", "", str(line.html)))


def shown(before: str, after: str) -> list[str]:
    return [f"{line.sign}{plain(line)}" for line in text_diff(before, after).lines]


def test_changed_lines_stand_under_each_other_with_their_words_marked() -> None:
    before = "Be kind.\nNever promise.\nAnswer in three sentences.\nBye."
    after = "Be kind.\nAnswer in two sentences.\nBye."
    found = text_diff(before, after)
    assert found.says == "2 lines removed, 1 added"
    assert [f"{line.sign}{line.html}" for line in found.lines] == [
        " Be kind.",
        f"{MINUS}<del>Never promise.</del>",
        f"{MINUS}Answer in <del>three</del> sentences.",
        "+Answer in <ins>two</ins> sentences.",
        " Bye.",
    ]


def test_far_lines_are_counted_and_not_shown() -> None:
    lines = [f"line {n}" for n in range(40)]
    changed = [*lines[:20], "new", *lines[20:]]
    assert shown("\n".join(lines), "\n".join(changed)) == [
        "17 unchanged lines",
        *(f" line {n}" for n in range(17, 20)),
        "+new",
        *(f" line {n}" for n in range(20, 23)),
        "17 unchanged lines",
    ]


def test_a_difference_that_cannot_be_seen_is_explained() -> None:
    assert text_diff("a\r\nb", "a\nb").says == "The texts differ in line ends alone."
    assert "secret" in text_diff("key [redacted]", "key [redacted]").says


@given(old=LINES, new=LINES)
def test_the_lines_say_all_that_was_removed_and_added_in_order(
    old: list[str], new: list[str]
) -> None:
    found = text_diff("\n".join([*old, "end"]), "\n".join([*new, "end"]))
    lines = [line for line in found.lines if line.kind != "note"]
    before = [plain(line) for line in lines if line.kind in ("kept", "removed")]
    after = [plain(line) for line in lines if line.kind in ("kept", "added")]
    hidden = sum(int(plain(x).split()[0]) for x in found.lines if x.kind == "note")
    if found.lines:
        assert len(before) + hidden == len(old) + 1
        assert len(after) + hidden == len(new) + 1
        assert is_part(before, [*old, "end"])
        assert is_part(after, [*new, "end"])
    else:
        assert old == new
    removed = sum(line.kind == "removed" for line in lines)
    added = sum(line.kind == "added" for line in lines)
    if lines:
        said = f"{removed} line{'s' * (removed != 1)} removed, {added} added"
        assert found.says == said


def is_part(some: list[str], whole: list[str]) -> bool:
    """Whether all of some stand in the whole, in this order."""
    rest = iter(whole)
    return all(line in rest for line in some)


@given(before=st.sampled_from(TEXTS), after=st.sampled_from(TEXTS))
def test_no_text_becomes_a_tag(before: str, after: str) -> None:
    for line in text_diff(before, after).lines:
        if line.kind in ("added", "removed"):
            assert set(re.findall(r"</?([a-z]+)", str(line.html))) <= {"del", "ins"}
        assert "\u202e" not in plain(line)
        assert "\x1b" not in plain(line)


def test_enormous_and_repetitive_texts_are_cut_in_a_moment() -> None:
    pairs = [
        ("a\n" * 40_000, "b\na\n" * 20_000),
        ("\n".join(map(str, range(20_000))), "\n".join(str(n * 7 % 20_000) for n in range(20_000))),
        ("a " * 40_000, "a b " * 20_000),
        ("\n".join(["a b " * 400] * 60), "\n".join(["b a " * 400] * 60)),
    ]
    for before, after in pairs:
        found = text_diff(before, after)
        assert 0 < len(found.lines) <= 401
        assert sum(len(str(line.html)) for line in found.lines) < 1_000_000
        assert isinstance(unified(before, after, name="p"), str)


def test_programs_get_a_unified_diff() -> None:
    assert unified("a\nb\n", "a\nc\n", name="p.md").splitlines() == [
        "--- a/p.md", "+++ b/p.md", "@@ -1,2 +1,2 @@", " a", "-b", "+c",
    ]  # fmt: skip
