"""Texts: the prompts behind the artifacts of a system or metric, without secrets."""

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
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
_MOST_VALUES = 10_000


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
        yield from _texts_in([value for _, value in captures_of(part)])
        for function in functions_of(part):
            yield from named_texts(function)


def _texts_in(values: list[object]) -> Iterator[str]:
    """Texts among values and what they hold, shallow ones first, as far as a short look goes."""
    waiting = deque(values)
    for _ in range(_MOST_VALUES):
        if not waiting:
            return
        value = waiting.popleft()
        if isinstance(value, str):
            yield value
        elif isinstance(value, Mapping):
            inner = cast("Mapping[object, object]", value).values()
            waiting.extend(islice(inner, _MOST_VALUES))
        elif isinstance(value, list | tuple):
            waiting.extend(cast("list[object]", value)[:_MOST_VALUES])
