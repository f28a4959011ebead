from dataclasses import dataclass

import pytest

from holdfast.errors import UsageError
from holdfast.system import Passage, Response, Spec
from systems.rag.retrieval.hybrid import Hybrid


@dataclass(frozen=True)
class Fixed:
    """Returns the same ranking for every question, or declines."""

    name: str
    order: str
    abstained: bool = False

    @property
    def spec(self):
        return Spec(name=self.name, params={"order": self.order})

    def __call__(self, question):
        passages = tuple(Passage(id=name) for name in self.order)
        return Response(passages=passages, abstained=self.abstained)


def test_reciprocal_ranks_are_added():
    response = Hybrid(retrievers=(Fixed("one", "ab"), Fixed("two", "bc")))("?")
    assert [(passage.id, passage.score) for passage in response.passages] == [
        ("b", round(1 / 62 + 1 / 61, 6)),
        ("a", round(1 / 61, 6)),
        ("c", round(1 / 62, 6)),
    ]


def test_a_passage_that_a_retriever_returns_twice_counts_once():
    twice, once = Fixed("one", "aab"), Fixed("one", "ab")
    other = Fixed("two", "cb")
    for pool in (1, 2, 10):
        found = Hybrid(retrievers=(twice, other), pool=pool)("?")
        assert found == Hybrid(retrievers=(once, other), pool=pool)("?")


def test_the_order_of_the_retrievers_is_irrelevant():
    one, two = Fixed("one", "abcd"), Fixed("two", "dbca")
    assert Hybrid(retrievers=(one, two))("?") == Hybrid(retrievers=(two, one))("?")


def test_only_the_pool_of_each_retriever_counts():
    response = Hybrid(retrievers=(Fixed("one", "abc"), Fixed("two", "cba")), pool=1)("?")
    assert [passage.id for passage in response.passages] == ["c", "a"]


def test_one_retriever_keeps_its_order():
    response = Hybrid(retrievers=(Fixed("one", "cab"),), depth=2)("?")
    assert [passage.id for passage in response.passages] == ["c", "a"]


def test_a_question_is_declined_where_every_retriever_declines_it():
    declining = Fixed("one", "", abstained=True)
    assert Hybrid(retrievers=(declining, declining))("?").abstained
    assert not Hybrid(retrievers=(declining, Fixed("two", "a")))("?").abstained


def test_a_threshold_on_the_fused_score_declines_disagreement():
    hybrid = Hybrid(retrievers=(Fixed("one", "ab"), Fixed("two", "cd")), threshold=0.02)
    assert hybrid("?").abstained


def test_the_spec_changes_with_a_retriever():
    one = Hybrid(retrievers=(Fixed("one", "a"), Fixed("two", "a"))).spec
    other = Hybrid(retrievers=(Fixed("one", "a"), Fixed("two", "b"))).spec
    assert one.label == other.label == "hybrid(retrievers=one+two, k=60, pool=10, depth=20)"
    assert one.digest != other.digest


def test_nothing_to_fuse_is_refused():
    with pytest.raises(UsageError, match="needs retrievers to fuse"):
        Hybrid(retrievers=())
