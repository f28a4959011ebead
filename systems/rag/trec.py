"""Files of collections: documents and topics, as TREC, SMART, JSON Lines or columns hold them."""

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from holdfast.errors import DatasetError
from systems.rag.smart import is_marked, is_plain, read_marked, read_plain
from systems.rag.text_file import read_text

__all__ = ["Entry", "distinct", "read_documents", "read_topics"]

_ID_KEYS = ("_id", "id", "docno", "doc_id", "docid", "query_id", "qid", "number")
_TEXT_KEYS = ("text", "contents", "body", "abstract", "query", "question", "title")
_COLUMN_NAMES = {key for key in _ID_KEYS if key != "number"} | {"pid", "query-id", "corpus-id"}
_QUESTION_KEYS = ("query", "question", "text", "title")
_TITLES = r"title|headline|hl|head|ttl|ti"
_BODIES = r"text|lp|leadpara|body|abstract"
_DOCUMENT = re.compile(r"<doc>(.*?)</doc>", re.DOTALL | re.IGNORECASE)
_NUMBER = re.compile(r"<docno>\s*(.*?)\s*</docno>", re.DOTALL | re.IGNORECASE)
_TITLE = re.compile(rf"<({_TITLES})>(.*?)</\1>", re.DOTALL | re.IGNORECASE)
_BODY = re.compile(rf"<({_BODIES})>(.*?)</\1>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_TOPIC = re.compile(r"<top>(.*?)</top>", re.DOTALL | re.IGNORECASE)
_WEB_TOPIC = re.compile(
    r"""<topic\s[^>]*?number\s*=\s*["']([^"']+)["'][^>]*>(.*?)</topic>""", re.DOTALL | re.IGNORECASE
)
_WEB_TITLE = re.compile(r"<(query|title)>(.*?)</\1>", re.DOTALL | re.IGNORECASE)
_TOPIC_NUMBER = re.compile(r"<num>\s*(?:Number:)?\s*([^<\s]+)", re.IGNORECASE)
_TOPIC_TITLE = re.compile(r"<title>\s*(?:Topic:)?([^<]*)", re.IGNORECASE)
_TOPIC_NEED = re.compile(r"<desc>\s*(?:Description:)?([^<]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One document of a collection."""

    id: str
    title: str
    text: str

    @property
    def searchable(self) -> str:
        """Title and text."""
        return f"{self.title}\n{self.text}".strip()


def distinct(entries: Iterable[tuple[Path, Entry]], *, under: Path) -> tuple[Entry, ...]:
    """Documents, each of which comes with the file that it was read from.

    Raises:
        DatasetError: two of them share an id, or there are none.
    """
    found: dict[str, Entry] = {}
    for source, entry in entries:
        if found.setdefault(entry.id, entry) is not entry:
            raise DatasetError(f"{source}: there is another document with id {entry.id!r}")
    if not found:
        raise DatasetError(f"there are no documents under {str(under)!r}")
    return tuple(found.values())


def read_documents(path: Path) -> Iterator[Entry]:
    """Documents of a file; `.gz` is unpacked, and where the suffix does not tell, the content does.

    Of an SGML document that has a text element such as `<TEXT>`, its titles and texts are read;
    of any other, all that stands outside its tags. A TSV line is `id, text` or `id, title, text`,
    and what follows in further columns is text as well.

    Raises:
        DatasetError: the file holds no documents, or one of them has no id.
    """
    text = read_text(path)
    rows = _rows(text, path)
    if rows is None:
        return _read_sgml(text, path)
    return (
        Entry(
            id=identity,
            title=str(values.get("title") or ""),
            text=_pick(values, _TEXT_KEYS, where=f"{path}, document {identity!r}"),
        )
        for identity, values in rows
    )


def read_topics(path: Path) -> Mapping[str, str]:
    """Question by id; of a TREC topic its title, or its description where it has no title.

    A TSV line is `id, question`.

    Raises:
        DatasetError: the file holds no topics, or one of them has no id or no words, or more
            columns than a question.
    """
    text = read_text(path)
    rows = _rows(text, path, alone=True)
    if rows is None:
        pairs = [_topic(block, path) for block in _TOPIC.findall(text)]
        pairs += [_web_topic(number, block, path) for number, block in _WEB_TOPIC.findall(text)]
    else:
        pairs = [
            (identity, _pick(values, _QUESTION_KEYS, where=f"{path}, topic {identity!r}"))
            for identity, values in rows
        ]
    if not pairs:
        raise DatasetError(
            f"{path} holds no topics: expected <top> elements, `.I` entries, JSON Lines or a TSV"
        )
    topics: dict[str, str] = {}
    for identity, question in pairs:
        if topics.setdefault(identity, question) != question:
            raise DatasetError(f"{path}: there is another topic with id {identity!r}")
    return topics


def _rows(
    text: str, path: Path, *, alone: bool = False
) -> Iterator[tuple[str, Mapping[str, Any]]] | None:
    """Fields by id; None where the text is SGML. A line of columns may have to hold one alone."""
    suffixes = [suffix for suffix in path.suffixes if suffix != ".gz"]
    suffix = suffixes[-1].lower() if suffixes else ""
    if is_marked(text):
        return read_marked(text, path=path)
    if suffix in {".jsonl", ".json"} or (suffix != ".tsv" and text.lstrip()[:1] == "{"):
        return _read_json(text, path)
    if suffix == ".tsv":
        return _read_columns(text, path, alone=alone)
    if is_plain(text):
        return read_plain(text, path=path)
    first = text.lstrip().partition("\n")[0]
    return _read_columns(text, path, alone=alone) if "\t" in first and first[:1] != "<" else None


def _read_sgml(text: str, path: Path) -> Iterator[Entry]:
    found = False
    for block in _DOCUMENT.findall(text):
        found = True
        number = _NUMBER.search(block)
        if number is None:
            raise DatasetError(f"{path}: a <DOC> has no <DOCNO>: {block.strip()[:60]!r}")
        title = " ".join(match.group(2) for match in _TITLE.finditer(block))
        bodies = [match.group(2) for match in _BODY.finditer(block)]
        rest = _TITLE.sub(" ", _NUMBER.sub(" ", block))
        body = " ".join(bodies) if bodies else rest
        yield Entry(id=number.group(1), title=_bare(title), text=_bare(body))
    if not found:
        raise DatasetError(
            f"{path} holds no <DOC> elements; name JSON Lines .jsonl and tab-separated files .tsv"
        )


def _topic(block: str, path: Path) -> tuple[str, str]:
    number = _TOPIC_NUMBER.search(block)
    if number is None:
        raise DatasetError(f"{path}: a <top> has no <num>: {block.strip()[:60]!r}")
    for pattern in (_TOPIC_TITLE, _TOPIC_NEED):
        match = pattern.search(block)
        if match and match.group(1).strip():
            return number.group(1), _bare(match.group(1))
    raise DatasetError(f"{path}: topic {number.group(1)!r} has neither a title nor a description")


def _web_topic(number: str, block: str, path: Path) -> tuple[str, str]:
    match = _WEB_TITLE.search(block)
    if match is None or not _bare(match.group(2)):
        raise DatasetError(f"{path}: topic {number!r} has neither a query nor a title")
    return number, _bare(match.group(2))


def _read_json(text: str, path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
        except ValueError as error:
            raise DatasetError(f"{path}:{number}: this is no JSON: {line[:60]!r}") from error
        if not isinstance(values, dict):
            raise DatasetError(f"{path}:{number}: expected an object, got {line[:60]!r}")
        identity = next((values[key] for key in _ID_KEYS if values.get(key) is not None), None)
        if identity is None:
            raise DatasetError(f"{path}:{number}: there is no id under {', '.join(_ID_KEYS)}")
        yield str(identity), values


def _read_columns(text: str, path: Path, *, alone: bool) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for number, line in enumerate(text.split("\n"), start=1):
        identity, *rest = line.split("\t")
        if not line.strip() or (number == 1 and identity.lower() in _COLUMN_NAMES):
            continue
        if not identity.strip() or not rest:
            raise DatasetError(f"{path}:{number}: expected an id, a tab and a text: {line[:60]!r}")
        if alone and len(rest) > 1:
            raise DatasetError(
                f"{path}:{number}: expected an id, a tab and a question, got {len(rest)} columns "
                f"after the id {identity!r}; keep the one that is asked"
            )
        title, *texts = rest if len(rest) > 1 else ("", *rest)
        yield identity.strip(), {"title": title, "text": " ".join(texts)}


def _pick(values: Mapping[str, Any], keys: tuple[str, ...], *, where: str) -> str:
    for key in keys:
        if isinstance(values.get(key), str):
            return str(values[key])
    raise DatasetError(f"{where}: there is no text under {', '.join(keys)}")


def _bare(text: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())
