"""Rendering: a section as a reranker reads it, with what its front matter tells."""

from systems.rag.corpus import Section

__all__ = ["RENDERING_VERSION", "render"]

RENDERING_VERSION = "1"
"""Raised whenever the same section gives another text."""


def render(section: Section) -> str:
    """Title, status, date, heading and text.

    Near-duplicates differ by little more than status and date, which retrievers do not index: in
    an index they would be two more words, while a model that reads question and passage together
    can tell a question about a day of 2023 from one about today.
    """
    marks = [section.front[key] for key in ("status", "date") if section.front.get(key)]
    title = f"{section.title} ({', '.join(marks)})" if marks else section.title
    return f"{title}\n{section.heading}\n{section.text}"
