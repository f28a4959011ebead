"""TREC files: documents and topics, in SGML, JSON Lines or tab-separated columns."""

import gzip
import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from holdfast.errors import DatasetError

__all__ = ["Entry", "read_documents", "read_topics"]

_ID_KEYS = ("_id", "id", "docno", "doc_id", "docid", "query_id", "qid", "number")
_TEXT_KEYS = ("text", "contents", "body", "abstract", "query", "question", "title")
_TITLES = r"title|headline|hl|head|ttl|ti"
_BODIES = r"text|lp|leadpara|body|abstract"
_DOCUMENT = re.compile(r"<doc>(.*?)</doc>", re.DOTALL | re.IGNORECASE)
_NUMBER = re.compile(r"<docno>\s*(.*?)\s*</docno>", re.DOTALL | re.IGNORECASE)
_TITLE = re.compile(rf"<({_TITLES})>(.*?)</\1>", re.DOTALL | re.IGNORECASE)
_BODY = re.compile(rf"<({_BODIES})>(.*?)</\1>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_TOPIC = re.compile(r"<top>(.*?)</top>", re.DOTALL | re.IGNORECASE)
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


def read_documents(path: Path) -> Iterator[Entry]:
    """Documents of a file; `.gz` is unpacked, and the suffix tells JSON Lines and TSV from SGML.

    Of an SGML document that has a text element such as `<TEXT>`, its titles and texts are read;
    of any other, all that stands outside its tags. A TSV line is `id, text` or `id, title, text`.

    Raises:
        DatasetError: the file holds no documents, or one of them has no id.
    """
    kind = _kind(path)
    if kind == "sgml":
        return _read_sgml(path)
    rows = _read_json(path) if kind == "json" else _read_columns(path)
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

    Raises:
        DatasetError: the file holds no topics, or one of them has no id or no words.
    """
    kind = _kind(path)
    if kind == "sgml":
        topics = dict(_topic(block, path) for block in _TOPIC.findall(_text_of(path)))
    else:
        rows = _read_json(path) if kind == "json" else _read_columns(path)
        topics = {
            identity: _pick(values, ("query", "question", "text", "title"), where=str(path))
            for identity, values in rows
        }
    if not topics:
        raise DatasetError(f"{path} holds no topics: expected <top> elements, JSON Lines or a TSV")
    return topics


def _read_sgml(path: Path) -> Iterator[Entry]:
    found = False
    for block in _DOCUMENT.findall(_text_of(path)):
        found = True
        number = _NUMBER.search(block)
        if number is None:
            raise DatasetError(f"{path}: a <DOC> has no <DOCNO>: {block.strip()[:60]!r}")
        title = " ".join(match.group(2) for match in _TITLE.finditer(block))
        bodies = [match.group(2) for match in _BODY.finditer(block)]
        rest = _TITLE.sub(" ", _NUMBER.sub(" ", block))
        text = " ".join(bodies) if bodies else rest
        yield Entry(id=number.group(1), title=_bare(title), text=_bare(text))
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


def _read_json(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for number, line in enumerate(_text_of(path).splitlines(), start=1):
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


def _read_columns(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for number, line in enumerate(_text_of(path).split("\n"), start=1):
        if not line.strip():
            continue
        identity, *rest = line.rstrip("\r").split("\t")
        if not identity.strip() or not rest:
            raise DatasetError(f"{path}:{number}: expected an id, a tab and a text: {line[:60]!r}")
        names = ("text",) if len(rest) == 1 else ("title", "text")
        yield identity.strip(), dict(zip(names, rest, strict=False))


def _pick(values: Mapping[str, Any], keys: tuple[str, ...], *, where: str) -> str:
    for key in keys:
        if isinstance(values.get(key), str):
            return str(values[key])
    raise DatasetError(f"{where}: there is no text under {', '.join(keys)}")


def _kind(path: Path) -> str:
    suffixes = [suffix for suffix in path.suffixes if suffix != ".gz"]
    last = suffixes[-1].lower() if suffixes else ""
    return {".jsonl": "json", ".json": "json", ".tsv": "columns"}.get(last, "sgml")


def _text_of(path: Path) -> str:
    raw = path.read_bytes()
    data = gzip.decompress(raw) if path.suffix == ".gz" else raw
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # The older collections of TREC are in Latin-1.
        return data.decode("latin-1")


def _bare(text: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())
