import pytest

from holdfast.errors import UsageError
from holdfast.system import Passage, Response, Usage
from systems.models.chat import Completion
from systems.rag.multi_query import MultiQuery, fused
from systems.rag.rewriting import Asked, Feedback, read_prompt

pytest.importorskip("bm25s", reason="bm25s is not installed")


class Scripted:
    """A chat model that gives one text, and remembers what it was asked."""

    def __init__(self, text):
        self.text, self.requests = text, []

    @property
    def spec(self):
        from holdfast.system import Spec

        return Spec(name="scripted", params={"text": self.text})

    def complete(self, request):
        self.requests.append(request)
        return Completion(text=self.text, usage=Usage(calls=1, output_tokens=3))


def passage(name):
    return Passage(id=name)


def asked(text):
    return Asked(model=Scripted(text), prompt=read_prompt("rewriting", 1))


def test_a_model_s_query_is_appended_to_the_question():
    rewriter = asked(" leave days\n")
    phrasing = rewriter("How long may I be away?")
    assert phrasing.text == "How long may I be away? leave days"
    assert phrasing.usage.output_tokens == 3
    assert [turn.role for turn in rewriter.model.requests[0].messages] == ["system", "user"]
    assert asked("")("Away?").text == "Away?"


def test_feedback_brings_words_of_the_first_passages(company, ordered):
    near = ordered({"*": ["leave#days", "leave#asking"]}, name="near")
    words = Feedback(corpus=company, retriever=near, passages=1, words=3)("How long off?").text
    assert words.startswith("How long off? ")
    added = words.removeprefix("How long off? ").split()
    assert len(added) == 3 and set(added) <= {
        "Leave",
        "Policy",
        "Days",
        "Everybody",
        "thirty",
        "year",
    }
    assert "water" not in words


def test_rankings_of_all_phrasings_are_fused(ordered):
    retriever = ordered({"q": ["a", "b"], "q x": ["c", "b"]})
    found = MultiQuery(retriever=retriever, rewriters=(asked("x"),), weight=1.0)("q")
    assert [(passage.id, passage.score) for passage in found.passages] == [
        ("b", round(2 / 62, 6)),
        ("c", round(1 / 61, 6)),
        ("a", round(1 / 61, 6)),
    ]
    assert found.data == {"phrasings": ["q", "q x"]} and found.usage.calls == 1
    assert [span.name for span in found.spans] == ["rewrite 1", "retrieve 1", "retrieve 2"]


def test_a_passage_that_is_returned_twice_counts_once():
    one, twice = (Response(passages=tuple(map(passage, order))) for order in ("ab", "aab"))
    found = fused([twice, one], weights=[1.0, 0.5], k=60, depth=5)
    assert found == fused([one, one], weights=[1.0, 0.5], k=60, depth=5)


def test_a_rewritten_phrasing_counts_less(ordered):
    retriever = ordered({"q": ["a"], "q x": ["c"]})
    found = MultiQuery(retriever=retriever, rewriters=(asked("x"),))("q")
    assert [passage.id for passage in found.passages] == ["a", "c"]


def test_equal_phrasings_are_searched_for_once(ordered):
    retriever = ordered({"q": ["a"]})
    MultiQuery(retriever=retriever, rewriters=(asked(""), asked("")))("q")
    assert retriever.asked == ["q"]


def test_the_spec_names_model_prompt_and_retriever(ordered):
    one, other = (
        MultiQuery(retriever=ordered({}), rewriters=(asked(text),)).spec for text in ("a", "b")
    )
    assert one.digest != other.digest
    assert list(one.texts) == ["rewriting.md"]
    with pytest.raises(UsageError, match="need rewriters"):
        MultiQuery(retriever=ordered({}), rewriters=())
