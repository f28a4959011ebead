"""Texts: the prompts behind the artifacts of a system or metric, without secrets."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from holdfast.digest import digest_bytes, digest_json
from holdfast.identity.captures import captures_of, named_texts
from holdfast.identity.fingerprint import parts_of
from holdfast.identity.implementation import functions_of
from holdfast.redaction import redacted_text
from holdfast.system import Spec

__all__ = ["texts_behind"]

_LONGEST = 100_000
_MOST = 1_000_000
_DEPTH = 4
_MOST_ITEMS = 1_000


def texts_behind(owners: Iterable[tuple[object, Spec]]) -> dict[str, str]:
    """Texts by digest, for every artifact whose text its spec gives or its owner carries.

    An artifact is recognised where its digest is `digest_bytes` or `digest_json` of a text, or the
    SHA-256 of its UTF-8. A longer text than 100,000 characters, and what is beyond a million
    characters in all, is left to its digest.
    """
    found: dict[str, str] = {}
    room = _MOST
    for owner, spec in owners:
        for digest, text in _of_one(owner, spec):
            if digest not in found and len(text) <= min(_LONGEST, room):
                found[digest] = redacted_text(text)
                room -= len(text)
    return found


def _of_one(owner: object, spec: Spec) -> Iterator[tuple[str, str]]:
    wanted = set(spec.artifacts.values())
    if not wanted:
        return
    for text in (*spec.texts.values(), *_carried(owner)):
        if wanted and len(text) <= _LONGEST:
            for digest in wanted.intersection(_digests(text)):
                wanted.discard(digest)
                yield digest, text


def _digests(text: str) -> tuple[str, ...]:
    data = text.encode("utf-8", "surrogatepass")
    return digest_bytes(data), digest_json(text), hashlib.sha256(data).hexdigest()


def _carried(owner: object) -> Iterator[str]:
    """Texts that a callable and its parts hold, and the texts that their code names."""
    for part in parts_of(owner):
        for _, value in captures_of(part):
            yield from _texts_in(value, depth=_DEPTH)
        for function in functions_of(part):
            yield from named_texts(function)


def _texts_in(value: object, *, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif depth and isinstance(value, Mapping):
        for item in cast("Mapping[object, object]", value).values():
            yield from _texts_in(item, depth=depth - 1)
    elif depth and isinstance(value, list | tuple):
        for item in cast("list[object]", value)[:_MOST_ITEMS]:
            yield from _texts_in(item, depth=depth - 1)
