"""Sentences: a text in its sentences, by rules that need no library."""

import re
from functools import lru_cache

from holdfast.verifying.words import tokens

__all__ = ["CITATION", "CITATION_LABEL", "SENTENCES_VERSION", "says_something", "split"]

SENTENCES_VERSION = "3"
"""Raised whenever the same text may be split into other sentences."""
_ID = r"(?=[^\[\]\u3010\u3011\s,;]{0,80}[\d#_/.-])[^\[\]\u3010\u3011\s,;]{1,80}"
CITATION_LABEL = (
    r"(?:\^|(?i:source|src|document|doc|passage|reference|ref|citation|excerpt|context)s?\.?\s)?"
)
"""What a citation may have before its numbers."""
_CITED = (
    rf"\s?{CITATION_LABEL}\d+(?:\s*[,;–-]\s*\d+){{0,40}}(?:\u2020[^\[\]\u3010\u3011]{{0,80}})?\s?"
    rf"|{_ID}(?:\s*[,;]\s*{_ID}){{1,40}}|[^\[\]\u3010\u3011\s]{{1,80}}"
)
CITATION = rf"(?:\[(?:{_CITED})\]|\u3010(?:{_CITED})\u3011)"
"""A citation: in brackets, numbers, ranges of them, or ids."""
_BREAK = re.compile(
    rf"[.!?][\"'\u201d\u2019)\]]*(?:\s*{CITATION})*(\s+)(?!{CITATION})"
    r"(?=[\"'\u201c\u2018(\[]?[^\W_a-z])"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Messrs|Dr|St|Prof|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Capt|Maj|Adm|Cmdr|Det|Insp|Supt|"
    r"Rev|Hon|Pres|Mt|Ft|Jr|Sr|vs|Inc|Ltd|Co|Corp|cf|Fig|approx|ca|c|e\.g|i\.e|Jan|Feb|Mar|Apr|Jun|"
    r"Jul|Aug|Sep|Sept|Oct|Nov|Dec)|(?:^|[\s.(])[A-Z])\.$"
)
_BEFORE_NUMBER = re.compile(r"\b(?:No|Nos|p|pp|Art|Sec|vol)\.$")
_TIME = re.compile(r"\d\s?[ap]\.m\.$")
_PART_OF_TIME = re.compile(
    r"[A-Z]{2,4}\b|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|"
    r"Oct|Nov|Dec)"
)
_BULLET = re.compile(r"^\s*(?:[-*\u2022]|\d{1,2}[.)])\s+")


@lru_cache(maxsize=16384)
def split(text: str) -> tuple[str, ...]:
    r"""Sentences of a text, line by line; marks such as `[2]` stay with the sentence before them.

    >>> split("Dr. Moen left at 5 p.m. on Monday. [2] She took the ferry.\n- It sank")
    ('Dr. Moen left at 5 p.m. on Monday. [2]', 'She took the ferry.', 'It sank')
    """
    lines = (_bare(line) for line in text.splitlines())
    return tuple(part for line in lines if line for part in _parts(line))


def _bare(line: str) -> str:
    found = _BULLET.match(line)
    return (line[found.end() :] if found else line).strip()


def _parts(line: str) -> list[str]:
    parts, begin = list[str](), 0
    for found in _BREAK.finditer(line):
        before = line[begin : found.start(1)]
        if not _goes_on(before, line, found.end()):
            parts.append(before)
            begin = found.end()
    return [*parts, line[begin:]]


def _goes_on(before: str, line: str, at: int) -> bool:
    """Whether a full stop ends an abbreviation and no sentence."""
    if _ABBREVIATION.search(before):
        return True
    if _BEFORE_NUMBER.search(before):
        return line[at].isdigit()
    return bool(_TIME.search(before) and _PART_OF_TIME.match(line, at))


def says_something(sentence: str) -> bool:
    """Whether a sentence has words that evidence could support: `Yes, indeed.` has none."""
    return any(word.content for word in tokens(re.sub(r"[\[\u3010]\d+[\]\u3011]", " ", sentence)))
