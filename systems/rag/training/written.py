"""Written: the lessons that were written by hand, about the handbook and about other things."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from holdfast.errors import DatasetError
from systems.rag.corpus import Section
from systems.rag.training.lesson import Lesson

__all__ = ["read_elsewhere", "read_handbook_lessons"]

_LESSONS = Path(__file__).with_name("lessons")
_TITLE = re.compile(r"# (?P<title>.+) \((?P<status>[a-z]+), (?P<date>\d{4}-\d\d-\d\d)\)")


def read_handbook_lessons(sections: Sequence[Section]) -> list[Lesson]:
    """Questions about the handbook that are neither among its development nor its test questions.

    Raises:
        DatasetError: a lesson names a passage that is not there.
    """
    known = {section.id for section in sections}
    versions = _versions(sections)
    lessons: list[Lesson] = []
    for line in (_LESSONS / "handbook.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        wanted: list[str] = row["passages"]
        astray = [identity for identity in wanted if identity not in known]
        if astray:
            raise DatasetError(
                f"the lesson {row['question']!r} names {astray[0]!r}: no such passage"
            )
        others = {other: 1 for identity in wanted for other in versions.get(identity, ())}
        grades = {**others, **dict.fromkeys(wanted, 2)}
        lessons.append(Lesson(question=row["question"], grades=grades))
    return lessons


def read_elsewhere() -> tuple[list[Section], list[Lesson]]:
    """Sections that are not of the handbook, each with its questions.

    A document is a line `# title (status, date)`, a section a line `## heading` with its text below
    it, a question of that section a line that begins with `?`.
    """
    sections: list[Section] = []
    asked: list[tuple[str, str]] = []
    front: Mapping[str, str] = {}
    for line in (_LESSONS / "elsewhere.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            front = _front(line, number=len({section.title for section in sections}))
        elif line.startswith("## "):
            heading = line.removeprefix("## ")
            identity = f"{front['id']}#{re.sub(r'[^a-z0-9]+', '-', heading.lower())}"
            sections.append(
                Section(id=identity, title=front["title"], heading=heading, text="", front=front)
            )
        elif line.startswith("? "):
            asked.append((line.removeprefix("? "), sections[-1].id))
        elif line:
            sections[-1] = replace(sections[-1], text=f"{sections[-1].text} {line}".strip())
    return sections, [_elsewhere(question, identity, sections) for question, identity in asked]


def _front(line: str, *, number: int) -> dict[str, str]:
    found = _TITLE.fullmatch(line)
    if found is None:
        raise DatasetError(f"expected `# title (status, date)`, got {line!r}")
    return {**found.groupdict(), "id": f"elsewhere-{number}-{found['date']}"}


def _elsewhere(question: str, identity: str, sections: Iterable[Section]) -> Lesson:
    by_id = {section.id: section for section in sections}
    asked = by_id[identity]
    others = {
        section.id: 1
        for section in by_id.values()
        if (section.title, section.heading) == (asked.title, asked.heading)
    }
    return Lesson(question=question, grades={**others, identity: 2})


def _versions(sections: Sequence[Section]) -> dict[str, set[str]]:
    """For each section, those under the same heading in earlier and later versions."""
    documents = {section.front["id"]: section.front for section in sections}
    families: dict[str, set[str]] = {name: {name} for name in documents}
    for name, front in documents.items():
        older = front.get("supersedes", "")
        if older in families:
            together = families[name] | families[older]
            families.update(dict.fromkeys(together, together))
    slugs = {section.id: section.id.split("#")[1] for section in sections}
    return {
        identity: {
            f"{name}#{slug}"
            for name in families[identity.split("#")[0]]
            if f"{name}#{slug}" in slugs and f"{name}#{slug}" != identity
        }
        for identity, slug in slugs.items()
    }
