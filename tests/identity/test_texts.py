"""Tests of holdfast.identity.texts: prompts are found behind their digests, without secrets."""

import functools
import hashlib
from dataclasses import dataclass, field

import pytest

from holdfast.digest import digest_bytes, digest_json
from holdfast.identity.fingerprint import fingerprint
from holdfast.identity.texts import texts_behind
from holdfast.system import Spec

PROMPT = "You are kind.\nAnswer briefly.\n"
DIGESTS = {
    "bytes": digest_bytes(PROMPT.encode()),
    "json": digest_json(PROMPT),
    "sha256": hashlib.sha256(PROMPT.encode()).hexdigest(),
}


@dataclass(frozen=True)
class Bot:
    """A system with a spec of its own that carries its prompt somewhere."""

    spec: Spec
    prompts: dict[str, list[str]] = field(default_factory=dict)

    def __call__(self, question: str) -> str:
        return question


def named(question: str) -> str:
    return PROMPT + question


def test_a_text_of_the_spec_is_kept_under_the_digest_that_it_gave() -> None:
    spec = Spec(name="bot", texts={"support.md": PROMPT})
    assert texts_behind([(Bot(spec), spec)]) == {spec.artifacts["support.md"]: PROMPT}


@pytest.mark.parametrize("digest", DIGESTS.values(), ids=DIGESTS)
def test_a_carried_text_is_recognised_by_any_usual_digest(digest: str) -> None:
    spec = Spec(name="bot", artifacts={"support": digest, "weights": "0" * 32})
    bot = Bot(spec, prompts={"all": ["no", PROMPT]})
    assert texts_behind([(bot, spec)]) == {digest: PROMPT}
    assert texts_behind([(Bot(spec), spec)]) == {}


def test_a_text_that_the_code_names_is_recognised() -> None:
    spec = Spec(name="bot", artifacts={"support": DIGESTS["bytes"]})
    assert texts_behind([(named, spec)]) == {DIGESTS["bytes"]: PROMPT}
    assert texts_behind([(functools.partial(named), spec)]) == {DIGESTS["bytes"]: PROMPT}


def test_a_system_without_a_spec_keeps_its_long_texts_too() -> None:
    long = PROMPT * 4

    def bot(question: str) -> str:
        return long + question

    spec = fingerprint(bot).spec
    assert texts_behind([(bot, spec)]) == {spec.artifacts["long"]: long}


def test_secrets_are_left_out_of_the_text_and_not_of_its_digest() -> None:
    spec = Spec(name="bot", texts={"a": "key sk-abcdefghijklmnopqrstuv, be kind"})
    [(digest, text)] = texts_behind([(None, spec)]).items()
    assert text == "key [redacted], be kind"
    assert digest == spec.artifacts["a"] != digest_bytes(text.encode())


def test_enormous_texts_are_left_to_their_digests() -> None:
    spec = Spec(name="bot", texts={"small": "x", "large": "x" * 100_001})
    assert list(texts_behind([(None, spec)]).values()) == ["x"]
    many = Spec(name="bot", texts={str(n): f"{n}" + "x" * 99_990 for n in range(15)})
    assert len(texts_behind([(None, many)])) == 10


def test_a_callable_that_carries_a_corpus_is_looked_at_for_a_moment_only() -> None:
    spec = Spec(name="bot", artifacts={"support": DIGESTS["bytes"]})
    ring: list[object] = [["word"] * 1_000 for _ in range(1_000)]
    ring.append(ring)
    bot = Bot(spec, prompts={"first": [PROMPT], "corpus": ring})  # type: ignore[dict-item]
    assert texts_behind([(bot, spec)]) == {DIGESTS["bytes"]: PROMPT}
