import numpy as np
import pytest

from holdfast.system import Passage, Usage
from systems.rag.logistic import Logistic, write_logistic
from systems.rag.reflection.confidence import FEATURES, Confidence
from systems.rag.reflection.loop import Attempt, Reflective
from systems.rag.rewriting import Phrasing

pytest.importorskip("langgraph", reason="langgraph is not installed")
pytest.importorskip("bm25s", reason="bm25s is not installed")

LIKENESS = {"inc-77#summary": 0.8, "gullwatch#purpose": 0.3, "leave#days": 0.1}


class Wordy:
    """A rewriter that always says the same."""

    def __init__(self, text):
        self.text = text

    @property
    def spec(self):
        from holdfast.system import Spec

        return Spec(name="wordy", params={"text": self.text})

    def __call__(self, question):
        return Phrasing(text=self.text, usage=Usage(calls=1, input_tokens=7))


@pytest.fixture
def confidence(company, ordered, tmp_path):
    """A confidence that is high where the first passage is like the question."""
    path = tmp_path / "confidence.safetensors"
    weights = np.zeros((2, len(FEATURES)), dtype="f")
    weights[0, FEATURES.index("first")] = 20.0
    bias = np.array([-10.0, 0.0], dtype="f")
    write_logistic(path, Logistic(classes=("found", "missed"), weights=weights, bias=bias))
    return Confidence(corpus=company, likeness=ordered({"*": LIKENESS}), weights=path)


def reflective(confidence, first, *attempts):
    return Reflective(retriever=first, confidence=confidence, attempts=attempts)


def attempt(retriever, rewriter=None, *, below=0.5, **more):
    return Attempt(retriever=retriever, rewriter=rewriter, below=below, **more)


def names(found):
    return [passage.id for passage in found.passages]


def test_a_sure_search_is_not_repeated(confidence, ordered):
    first, second = ordered({"*": ["inc-77#summary"]}), ordered({"*": ["leave#days"]})
    found = reflective(confidence, first, attempt(second))("What came into the hall?")
    assert [passage.id for passage in found.passages] == ["inc-77#summary"]
    assert len(found.data["rounds"]) == 1 and second.asked == []
    assert [span.name for span in found.spans] == ["retrieve 1", "assess 1"]


def test_a_doubtful_search_is_tried_in_other_words(confidence, ordered):
    first = ordered({"the thing": ["leave#days"], "water": ["inc-77#summary"]})
    again = attempt(first, Wordy("water"))
    found = reflective(confidence, first, again, again)("the thing")
    assert first.asked == ["the thing", "water"]
    assert [each["query"] for each in found.data["rounds"]] == ["the thing", "water"]
    low, high = (each["confidence"] for each in found.data["rounds"])
    assert low < 0.5 < high
    assert {passage.id for passage in found.passages} == {"leave#days", "inc-77#summary"}
    names = [span.name for span in found.spans]
    assert names == ["retrieve 1", "assess 1", "rewrite 2", "retrieve 2", "assess 2"]
    assert found.usage == Usage(calls=1, input_tokens=7)


def test_rounds_end_when_the_attempts_do(confidence, ordered):
    lost = ordered({"*": ["leave#days"]})
    attempts = [attempt(lost), attempt(lost, Wordy("x"))]
    found = reflective(confidence, lost, *attempts)("?")
    assert lost.asked == ["?", "?", "x"] and len(found.data["rounds"]) == 3
    assert reflective(confidence, lost)("?").data["rounds"][0]["query"] == "?"


def test_each_attempt_has_its_own_threshold(confidence, ordered):
    lost = ordered({"*": ["gullwatch#purpose"]})
    # The confidence of what is found is between the two.
    assert 0.01 < confidence("?", lost("?").passages) < 0.1
    found = reflective(confidence, lost, attempt(lost), attempt(lost, below=0.01))("?")
    assert len(found.data["rounds"]) == 2


def test_a_round_afresh_takes_the_place_of_those_before(confidence, ordered):
    first, closer = ordered({"*": ["leave#days"]}), ordered({"*": ["gullwatch#purpose"]})
    found = reflective(confidence, first, attempt(closer, afresh=True))("?")
    assert names(found) == ["gullwatch#purpose"]
    assert [each["passages"] for each in found.data["rounds"]] == [
        ["leave#days"],
        ["gullwatch#purpose"],
    ]
    fused = reflective(confidence, first, attempt(closer))("?")
    assert set(names(fused)) == {"leave#days", "gullwatch#purpose"}


def test_a_round_afresh_that_finds_nothing_takes_no_place(confidence, ordered):
    first = ordered({"*": ["leave#days"]})
    assert names(reflective(confidence, first, attempt(ordered({}), afresh=True))("?")) == [
        "leave#days"
    ]


@pytest.mark.parametrize(("weight", "best"), [(0.5, "leave#days"), (2.0, "leave#asking")])
def test_a_rewritten_round_counts_its_weight(confidence, ordered, weight, best):
    lost = ordered({"?": ["leave#days"], "x": ["leave#asking"]})
    found = reflective(confidence, lost, attempt(lost, Wordy("x"), weight=weight))("?")
    assert names(found)[0] == best and len(found.passages) == 2


def test_a_rewriting_is_fused_with_the_round_afresh_before_it(confidence, ordered):
    first, closer = ordered({"*": ["leave#days"]}), ordered({"*": ["gullwatch#battery"]})
    attempts = attempt(closer, afresh=True), attempt(ordered({"*": ["leave#asking"]}), Wordy("x"))
    found = reflective(confidence, first, *attempts)("?")
    assert set(names(found)) == {"gullwatch#battery", "leave#asking"}


def test_nothing_found_is_no_confidence(confidence, ordered):
    assert confidence("?", ()) == 0.0
    found = reflective(confidence, ordered({}))("?")
    assert found.passages == () and found.data["rounds"][0]["confidence"] == 0.0


def test_features_are_those_of_the_question_as_it_was_asked(confidence):
    passages = (Passage(id="gullwatch#purpose"),)
    likeness, first, covered, code = confidence.features("Who told INC-77 of water?", passages)
    assert (likeness, first, code) == (0.8, 0.3, 1.0)
    assert 0 < covered < 1
    assert confidence.features("zebra INC-99", passages)[2:] == (0.0, 0.0)


def test_the_spec_follows_every_part(confidence, ordered):
    first = ordered({"*": ["leave#days"]})
    one = reflective(confidence, first, attempt(first, Wordy("a"))).spec
    other = reflective(confidence, first, attempt(first, Wordy("b"))).spec
    assert one.label == other.label and one.digest != other.digest
    lower = reflective(confidence, first, attempt(first, Wordy("a"), below=0.4)).spec
    assert one.digest != lower.digest and "below=0.4" in lower.label
    for setting in ({"weight": 0.5}, {"afresh": True}):
        other = reflective(confidence, first, attempt(first, Wordy("a"), **setting)).spec
        assert one.digest != other.digest
