"""Excerpts: the passages that a reader is shown, with their text."""

from collections.abc import Sequence
from dataclasses import replace

from holdfast.errors import UsageError
from holdfast.system import Passage
from systems.rag.corpus import Corpus, Section

__all__ = ["excerpts", "part"]


def excerpts(
    passages: Sequence[Passage], *, corpus: Corpus | None = None, dated: bool = False
) -> tuple[Passage, ...]:
    """The passages with text: their own where they carry it, else that of the corpus.

    The first line names title and heading, and where `dated` the state and date of the document:
    they settle which region, model or version is meant.

    Raises:
        UsageError: a passage has no text and there is no corpus.
    """
    found: list[Passage] = []
    for passage in passages:
        if passage.text:
            found.append(passage)
        elif corpus is None:
            raise UsageError(
                f"the passage {passage.id!r} has no text; give the corpus in which it stands, or a "
                "retriever whose passages carry their text"
            )
        else:
            text = _text(corpus.section(passage.id), dated=dated)
            found.append(replace(passage, text=text))
    return tuple(found)


def part(text: str) -> tuple[str, str]:
    """A passage's text as its first line, which names it, and the rest; one line is all rest."""
    head, newline, rest = text.partition("\n")
    return (head, rest) if newline else ("", head)


def _text(section: Section, *, dated: bool) -> str:
    title = section.title
    if dated:
        known = [section.front[key] for key in ("status", "date") if section.front.get(key)]
        title += f" ({', '.join(known)})" if known else ""
    return f"{title}: {section.heading}\n{section.text}"
