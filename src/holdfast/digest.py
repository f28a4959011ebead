"""Content digests: the same content gives the same digest on every machine."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

__all__ = ["Json", "canonical", "digest_bytes", "digest_json"]

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
"""A value that JSON can hold. NaN and infinity are refused."""

_LENGTH = 32


def canonical(value: Json) -> str:
    """JSON text that is equal exactly when the values are equal (sorted keys, no spaces).

    Raises:
        ValueError: the value holds NaN or infinity.
        TypeError: the value holds something that JSON cannot.
    """
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def digest_bytes(data: bytes) -> str:
    """First 128 bits of the SHA-256 of the bytes, as 32 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()[:_LENGTH]


def digest_json(value: Json) -> str:
    """Digest of the canonical JSON text.

    >>> digest_json({"a": 1, "b": 2}) == digest_json({"b": 2, "a": 1})
    True
    """
    return digest_bytes(canonical(value).encode("utf-8", "surrogatepass"))
