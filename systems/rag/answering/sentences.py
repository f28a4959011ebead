"""Sentences: the parts of a passage that can be quoted alone."""

import re

__all__ = ["SENTENCES_VERSION", "split_sentences"]

SENTENCES_VERSION = "1"
"""Raised whenever the same text may be split into other sentences."""

_END = re.compile(r"(?<=[.!?])[\"'”’)]*\s+(?=[\"'“‘(]?[A-Z0-9|])")
_RULE = re.compile(r"^[\s|:=-]+$")
_SHORT = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|St|No|Inc|Ltd|vs|approx|e\.g|i\.e)\.|\b[A-Z]\.)$")


def split_sentences(text: str) -> tuple[str, ...]:
    """Sentences, items of lists and rows of tables, in their order, each in one line.

    >>> split_sentences("Dr. Oon called at 7.30 p.m. today. Nobody came.")
    ('Dr. Oon called at 7.30 p.m. today.', 'Nobody came.')
    """
    found: list[str] = []
    for line in text.splitlines():
        if not line.strip() or _RULE.fullmatch(line):
            continue
        start = 0
        for end in _END.finditer(line):
            if not _SHORT.search(line[start : end.start()]):
                found.append(_plain(line[start : end.start()] + end.group()))
                start = end.end()
        found.append(_plain(line[start:]))
    return tuple(one for one in found if one)


def _plain(text: str) -> str:
    return " ".join(text.split())
