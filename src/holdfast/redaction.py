"""Redaction: settings and texts without the secrets in them."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import cast

from holdfast.digest import Json

__all__ = ["REDACTED", "is_secret", "redacted", "redacted_text"]

REDACTED = "[redacted]"
"""What stands where a secret was."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
# Whatever such a setting holds is a secret.
_ALWAYS = re.compile(
    r"(?:.* )?(?:[a-z]*passwords?|pass ?(?:words?|wd|phrase|code)|pwd"
    r"|(?:db|pg|database|user|admin|root|smtp|mail|proxy|http) pass"
    r"|(?:client ?)?secrets?|credentials?|cookies?"
    r"|authorization|api ?tokens?|sas (?:token|key)|(?:basic|proxy) auth|connection ?string"
    r"|(?:auth|access) ?tokens?"
    r"|(?:api|access|secret|private|auth|account|subscription|signing|encryption|session) ?keys?"
    r"|(?:openai|anthropic|azure|gemini|google|mistral|cohere|groq|together|langfuse) ?keys?)"
)
# Such a setting may hold a word of a vocabulary instead, which is shorter or has other signs.
_PERHAPS = frozenset(("token", "tokens", "bearer", "auth", "jwt", "pat", "signature", "sig"))
_COUNTED = re.compile(
    r"\b(?:max|min|num|number|count|total|limit|budget|input|output|prompt|completion|context|new"
    r"|stop|special|pad|eos|bos|cls|sep|unk|mask|image|start|end)\b"
)
_TOKEN = re.compile(r"[A-Za-z0-9_\-.~+/=:%]+")
_SHORTEST, _SURE = 8, 20
_CACHED = 200

# Keys as their issuers write them; a digest, a version or a name has none of these forms.
_SHAPES = (
    r"sk-[A-Za-z0-9_-]{16,}",  # OpenAI, Anthropic, and many that follow them
    r"(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,}",  # Stripe
    r"gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}",
    r"glpat-[A-Za-z0-9_-]{16,}",
    r"xox[abeoprs]-[A-Za-z0-9-]{10,}",  # Slack
    r"(?:AKIA|ASIA)[A-Z0-9]{16}",  # AWS
    r"AIza[A-Za-z0-9_-]{30,}",  # Google
    r"ya29\.[A-Za-z0-9_-]{20,}",
    r"hf_[A-Za-z0-9]{20,}",
    r"(?:gsk|r8|xai|pplx|tgp_v1|nvapi)[_-][A-Za-z0-9_-]{20,}",
    r"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",  # SendGrid
    r"npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{30,}",
    r"hooks\.slack\.com/services/[A-Za-z0-9/]{20,}",
    r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",  # JSON web token
)
_KEY = re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(_SHAPES)})")
_PEM = re.compile(
    r"(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----).*?(-----END [A-Z ]{0,30}PRIVATE KEY-----|\Z)",
    re.DOTALL,
)
# Limits in the patterns keep the work linear in the text.
_LOGIN = re.compile(r"(\b[A-Za-z][A-Za-z0-9+.-]{0,20}://)[^\s/@:\"'<>]{0,200}:[^\s/@\"'<>]{1,500}@")
# A token in the place of a user's name, as in the address of a repository.
_TOKEN_LOGIN = re.compile(r"(\b[A-Za-z][A-Za-z0-9+.-]{0,20}://)[A-Za-z0-9_-]{20,500}@")
_BEARER = re.compile(r"(?i)\b((?:bearer|basic) {1,4})([A-Za-z0-9_\-.~+/=]{16,})")
_ASSIGNED = re.compile(
    r"(?<![A-Za-z0-9_])(?<![A-Za-z0-9_]-)([A-Za-z][A-Za-z0-9_-]{1,60})"
    r"([\"']? {0,4}[:=] {0,4}[\"']?)"
    r"([A-Za-z0-9_\-.~+/=!#$%^*]{8,2000})"
)
_FLAG = re.compile(
    r"(?<![A-Za-z0-9_-])--?([A-Za-z][A-Za-z0-9_-]{1,60})([\"']? {1,4}[\"']?)"
    r"([A-Za-z0-9_\-.~+/=!#$%^*]{8,2000})"
)


def redacted(value: Json, *, name: str = "") -> Json:
    """The value of a setting without the secrets in it; equal to it where there are none.

    >>> redacted({"api_key": "k-123", "max_tokens": 512, "url": "https://me:pw@host/v1"})
    {'api_key': '[redacted]', 'max_tokens': 512, 'url': 'https://[redacted]@host/v1'}
    """
    if isinstance(value, str):
        return _setting(name, value) if len(value) < _CACHED else _without_secret(name, value)
    if isinstance(value, Mapping):
        pairs = cast("Mapping[str, Json]", value).items()
        return {
            _KEY.sub(REDACTED, key): redacted(item, name=_inner(name, key)) for key, item in pairs
        }
    if isinstance(value, Sequence):
        flags = ("", *(_flag(item) for item in value))
        items = [
            redacted(item, name=name if _is_always(name) else flag or name)
            for item, flag in zip(value, flags, strict=False)
        ]
        return tuple(items) if isinstance(value, tuple) else items
    if isinstance(value, int | float) and not isinstance(value, bool) and _is_always(name):
        return REDACTED
    return value


def redacted_text(text: str) -> str:
    """The text without keys, logins in addresses, bearer tokens and assigned passwords.

    >>> redacted_text("Use Bearer abcdefghijklmnop1234, at most max_tokens=4096")
    'Use Bearer [redacted], at most max_tokens=4096'
    """
    if len(text) < _SHORTEST:
        return text
    if "PRIVATE KEY-----" in text:
        text = _PEM.sub(rf"\1{REDACTED}\2", text)
    text = _KEY.sub(REDACTED, text)
    if "://" in text:
        text = _LOGIN.sub(rf"\1{REDACTED}@", text)
        text = _TOKEN_LOGIN.sub(rf"\1{REDACTED}@", text)
    if "earer" in text or "BEARER" in text or "asic" in text or "BASIC" in text:
        text = _BEARER.sub(_bearer, text)
    if " -" in text or text.startswith("-"):
        text = _FLAG.sub(_flagged, text)
    return _ASSIGNED.sub(_assigned, text) if "=" in text or ":" in text else text


def is_secret(name: str, value: str) -> bool:
    """Whether a setting of this name and value is a secret.

    A setting that is called `token` may hold a word of a vocabulary, so there the value counts too.

    >>> is_secret("pad_token", "<|endoftext|>"), is_secret("token", "a81bc81b-dead")
    (False, True)
    """
    if value == REDACTED:
        return False
    return _is_always(name) or (_is_perhaps(name) and _looks_random(value))


def _without_secret(name: str, value: str) -> str:
    return REDACTED if value and is_secret(name, value) else redacted_text(value)


# Labels of metrics are asked for again and again.
_setting = lru_cache(maxsize=1024)(_without_secret)


@lru_cache(maxsize=4096)
def _words(name: str) -> str:
    return " ".join(word.lower() for word in _WORD.findall(name[-200:]))


def _is_always(name: str) -> bool:
    return _ALWAYS.fullmatch(_words(name)) is not None


def _is_perhaps(name: str) -> bool:
    others, _, last = _words(name).rpartition(" ")
    return last in _PERHAPS and _COUNTED.search(others) is None


def _looks_random(value: str) -> bool:
    if len(value) < _SHORTEST or _TOKEN.fullmatch(value) is None:
        return False
    mixed = any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
    return mixed or len(value) >= _SURE


def _inner(outer: str, key: str) -> str:
    """Name of a setting inside another: what lies in a dict of secrets is a secret too."""
    return outer if _is_always(outer) else key


def _bearer(match: re.Match[str]) -> str:
    return f"{match[1]}{REDACTED}" if _looks_random(match[2]) else match[0]


def _assigned(match: re.Match[str]) -> str:
    name, sign, value = match.groups()
    secret = (_is_always(name) or _is_perhaps(name)) and _looks_random(value)
    return f"{name}{sign}{REDACTED}" if secret else match[0]


def _flagged(match: re.Match[str]) -> str:
    name, gap, value = match.groups()
    secret = (_is_always(name) or _is_perhaps(name)) and _looks_random(value)
    return f"{match[0][: -len(gap + value)]}{gap}{REDACTED}" if secret else match[0]


def _flag(item: Json) -> str:
    """Name of the option whose value comes next in a command, such as `--api-key`."""
    if not isinstance(item, str) or not item.startswith("-") or "=" in item:
        return ""
    return item if _is_always(item) or _is_perhaps(item) else ""
