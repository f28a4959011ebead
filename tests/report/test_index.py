"""The index leads to every report, newest first."""

from dataclasses import replace

import pytest

from holdfast.errors import UsageError
from holdfast.report import IndexEntry, render_index
from tests.report.hostile import TEXTS
from tests.report.pages import Page

ENTRY = IndexEntry(
    suite="answers",
    system="prompt-v1",
    outcome="pass",
    sentence="Not worse.",
    started="2025-11-20T10:00:00+00:00",
    href="answers/prompt-v1.html",
    counts={"passed": 12, "failed": 3},
)


def test_suites_are_sorted_and_their_reports_are_newest_first() -> None:
    later = replace(ENTRY, system="v2", started="2025-11-20T11:30:00+02:00", href="v2.html")
    latest = replace(ENTRY, system="v3", started="2025-11-21T00:00:00", href="v3.html")
    other = replace(ENTRY, suite="a-suite", href="other.html")
    page = Page(render_index([later, ENTRY, other, latest]))
    assert [link["href"] for link in page.named("a")] == [
        "other.html", "v3.html", "answers/prompt-v1.html", "v2.html",
    ]  # fmt: skip
    assert "4 reports in 2 suites" in page.words


def test_an_entry_tells_outcome_sentence_time_and_counts() -> None:
    words = Page(render_index([replace(ENTRY, outcome="regression")])).words
    assert (
        "✕ Regression answers × prompt-v1 2025-11-20 10:00 UTC Not worse. 12 passed, 3 failed"
        in words
    )


def test_an_empty_index_says_what_to_do() -> None:
    assert "Compare two runs" in Page(render_index([])).text


@pytest.mark.parametrize(
    "href", ["https://x.example", "javascript:alert(1)", "//x", " data:x", "\\\\x"]
)
def test_links_lead_to_files_beside_the_index_only(href: str) -> None:
    with pytest.raises(UsageError, match="relative to the index"):
        replace(ENTRY, href=href)


@pytest.mark.parametrize("text", TEXTS)
def test_untrusted_text_is_inert(text: str) -> None:
    page = Page(
        render_index([replace(ENTRY, suite=text, system=text, sentence=text, started=text)])
    )
    assert len(page.named("script")) == 1
    assert len(page.named("a")) == 1
    assert not page.open
