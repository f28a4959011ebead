"""Generated: lessons that a rule makes from the sections themselves."""

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from systems.rag.corpus import Section
from systems.rag.training.lesson import Lesson

__all__ = ["generate"]

_CODE = re.compile(r"\b[A-Z]{1,4}-\d[\d-]*\b")
_WORD = re.compile(r"[^\W_]+(?:[-.'][^\W_]+)*")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_CODE_FORMS = (
    "{}",
    "What does {} mean?",
    "Tell me about {}.",
    "Where is {} explained?",
    "What do I do about {}?",
)
_HEADING_FORMS = (
    "{title}: {heading}",
    "{heading}, {title}?",
    "What does {title} say on {heading}?",
)
_MOST_HOLDERS = 3
_LEAST_WORDS = 6
_SHORTEST = 4


def generate(sections: Sequence[Section], *, seed: int) -> list[Lesson]:
    """Lessons of three kinds, the same for the same sections and seed.

    Codes are asked for where few sections hold them; a heading is asked for together with its
    title; and a sentence is asked for by some of its words in another order, as people type into a
    search box.
    """
    dice = random.Random(seed)  # noqa: S311  # lessons need no secrecy
    return [*_codes(sections, dice), *_headings(sections, dice), *_sentences(sections, dice)]


def _codes(sections: Sequence[Section], dice: random.Random) -> Iterator[Lesson]:
    holders: defaultdict[str, list[str]] = defaultdict(list)
    for section in sections:
        for code in sorted(set(_CODE.findall(section.text))):
            holders[code].append(section.id)
    for code, found in holders.items():
        if len(found) <= _MOST_HOLDERS:
            question = dice.choice(_CODE_FORMS).format(code)
            yield Lesson(question=question, grades=dict.fromkeys(found, 2))


def _headings(sections: Sequence[Section], dice: random.Random) -> Iterator[Lesson]:
    for section in sections:
        title = re.sub(r"\s*\([^)]*\)|–", "", section.title)
        question = dice.choice(_HEADING_FORMS).format(title=title, heading=section.heading)
        yield Lesson(question=question.lower(), grades={section.id: 2})


def _sentences(sections: Sequence[Section], dice: random.Random) -> Iterator[Lesson]:
    for section in sections:
        sentence = dice.choice(_SENTENCE.split(section.text))
        words = [word for word in _WORD.findall(sentence) if len(word) >= _SHORTEST]
        if len(words) >= _LEAST_WORDS:
            some = dice.sample(words, len(words) // 2)
            yield Lesson(question=" ".join(some).lower(), grades={section.id: 2})
