"""Corpus: a folder of Markdown documents, cut into passages at their sections."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Protocol, runtime_checkable

from holdfast.digest import digest_json
from holdfast.errors import DatasetError
from systems.once import Once

__all__ = ["Checked", "Corpus", "Section", "Text", "Texts"]

_FENCE = "---"
_CODE = re.compile(r" {0,3}(`{3,}(?!.*`)|~{3,})(.*)")


class Text(Protocol):
    """One passage that can be searched for."""

    @property
    def id(self) -> str: ...

    @property
    def searchable(self) -> str:
        """What retrievers index."""
        ...


class Texts(Protocol):
    """What is searched: passages in a fixed order, and a digest of all that they hold."""

    @property
    def texts(self) -> Sequence[Text]: ...

    @property
    def digest(self) -> str: ...


@runtime_checkable
class Checked(Protocol):
    """Texts that can tell whether their documents are still as they were read."""

    def check(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One passage: a section of a document."""

    id: str
    """`<document id>#<slug of the heading>`."""
    title: str
    """Title of the document."""
    heading: str
    text: str
    front: Mapping[str, str]
    """Front matter of the document, such as its date and status."""
    place: int = 0
    """Place of the section in its document, 0 for the first."""

    @property
    def searchable(self) -> str:
        """What retrievers index: a section says little without the title that it stands under."""
        return f"{self.title}\n{self.heading}\n{self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """The sections of all documents in a folder; read at first use."""

    folder: Path
    _reading: Once["_Reading"] = field(
        default_factory=Once["_Reading"], init=False, repr=False, compare=False
    )
    _by_id: Once[Mapping[str, Section]] = field(
        default_factory=Once[Mapping[str, Section]], init=False, repr=False, compare=False
    )
    _digest: Once[str] = field(default_factory=Once[str], init=False, repr=False, compare=False)

    @property
    def sections(self) -> tuple[Section, ...]:
        """Every section, in the order of ids.

        Raises:
            DatasetError: a document is malformed, or two sections share an id.
        """
        return self._reading.get(self._read).sections

    @property
    def texts(self) -> tuple[Section, ...]:
        """The sections, under the name that retrievers know them by."""
        return self.sections

    @property
    def digest(self) -> str:
        """Digest of everything that was read."""
        return self._digest.get(
            lambda: digest_json(
                [[section.id, section.searchable, section.front] for section in self.sections]
            )
        )

    def section(self, identity: str) -> Section:
        """The section with this id.

        Raises:
            DatasetError: there is none.
        """
        found = self._by_id.get(lambda: {section.id: section for section in self.sections})
        if identity not in found:
            near = get_close_matches(identity, found, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"it holds {len(found)} sections"
            raise DatasetError(
                f"there is no section {identity!r} in the corpus under {str(self.folder)!r}; {hint}"
            )
        return found[identity]

    def check(self) -> None:
        """Compare the files with those that were read, by their times and sizes.

        Raises:
            DatasetError: a document was changed, added or taken away since.
        """
        stamps = self._reading.get(self._read).stamps
        changed = [path for path, stamp in stamps.items() if _stamp(path) != stamp]
        if changed:
            raise DatasetError(
                f"the documents changed since they were read ({changed[0]}): read them with a new "
                "Corpus, and bring the indexes up to date"
            )

    def _read(self) -> "_Reading":
        sections: dict[str, Section] = {}
        documents = sorted(self.folder.glob("**/*.md"))
        # A folder's own time tells of files that are added or taken away.
        folders = {self.folder, *(path.parent for path in documents)}
        stamps = {path: _stamp(path) for path in (*documents, *folders)}
        for path in documents:
            for section in _read_document(path):
                if section.id in sections:
                    raise DatasetError(f"{path}: there is another section with id {section.id!r}")
                sections[section.id] = section
        if not sections:
            raise DatasetError(f"there are no Markdown documents under {str(self.folder)!r}")
        in_order = tuple(sections[identity] for identity in sorted(sections))
        return _Reading(in_order, stamps)


@dataclass(frozen=True, slots=True)
class _Reading:
    sections: tuple[Section, ...]
    stamps: Mapping[Path, tuple[int, int]]
    """Time and size of each file and folder, taken before it was read."""


def _read_document(path: Path) -> Iterator[Section]:
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    if lines[:1] != [_FENCE] or _FENCE not in lines[1:]:
        raise DatasetError(f"{path}:1: the document does not begin with a front matter in '---'")
    end = lines.index(_FENCE, 1)
    front = dict(_field(line, f"{path}:{at}") for at, line in enumerate(lines[1:end], start=2))
    for key in ("id", "title"):
        if not front.get(key):
            raise DatasetError(f"{path}: the front matter has no {key!r}")
    if "#" in front["id"]:
        raise DatasetError(
            f"{path}: the id {front['id']!r} holds '#', which ids of sections begin at"
        )
    headings = list(_headings(lines, start=end + 1))
    first = headings[0] if headings else len(lines)
    astray = [line for line in lines[end + 1 : first] if line and not line.startswith("# ")]
    if astray or not headings:
        raise DatasetError(
            f"{path}: text outside a section would never be found; put it under a '## ' heading"
        )
    bounds = zip(headings, [*headings[1:], len(lines)], strict=True)
    for place, (start, stop) in enumerate(bounds):
        heading = lines[start].removeprefix("## ").strip()
        yield Section(
            id=f"{front['id']}#{_slug(heading)}",
            title=front["title"],
            heading=heading,
            text="\n".join(lines[start + 1 : stop]).strip(),
            front=front,
            place=place,
        )


def _headings(lines: Sequence[str], *, start: int) -> Iterator[int]:
    """Places of the lines that begin a section; a comment in a code block is none."""
    code = ""
    for at, line in enumerate(lines[start:], start=start):
        mark = _CODE.match(line)
        if mark and not code:
            code = mark.group(1)
        elif mark and mark.group(1).startswith(code) and not mark.group(2).strip():
            code = ""
        elif not code and line.startswith("## "):
            yield at


def _field(line: str, where: str) -> tuple[str, str]:
    key, separator, value = line.partition(":")
    if not separator:
        raise DatasetError(f"{where}: expected `key: value` in the front matter, got {line!r}")
    return key.strip(), value.strip()


def _slug(heading: str) -> str:
    return re.sub(r"[\W_]+", "-", heading.lower()).strip("-")


def _stamp(path: Path) -> tuple[int, int]:
    """Time and size of a file, a time that no file has where it is gone."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return (-1, -1)
    return (found.st_mtime_ns, found.st_size)
