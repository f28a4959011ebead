from hypothesis import given
from hypothesis import strategies as st

from systems.rag.retrieval.shortlist import respond


def test_the_best_passages_come_first_and_ties_go_to_the_higher_id():
    response = respond([("a", 0.5), ("b", 0.5), ("c", 0.9), ("d", 0.1)], depth=3)
    assert [passage.id for passage in response.passages] == ["c", "b", "a"]
    assert not response.abstained


def test_scores_are_rounded_before_they_are_ordered():
    response = respond([("a", 0.50000001), ("b", 0.5)], depth=2)
    assert [(passage.id, passage.score) for passage in response.passages] == [
        ("b", 0.5),
        ("a", 0.5),
    ]


def test_a_best_score_below_the_threshold_is_an_abstention_without_passages():
    assert respond([("a", 0.2)], depth=5, threshold=0.3).abstained
    assert respond([("a", 0.2)], depth=5, threshold=0.3).passages == ()
    assert not respond([("a", 0.3)], depth=5, threshold=0.3).abstained


def test_nothing_found_is_an_abstention_only_where_there_is_a_threshold():
    assert respond([], depth=5, threshold=0.0).abstained
    assert not respond([], depth=5).abstained


@given(
    scores=st.dictionaries(st.text(min_size=1), st.floats(min_value=-9, max_value=9)),
    depth=st.integers(min_value=1, max_value=9),
    order=st.randoms(use_true_random=False),
)
def test_the_order_in_which_scores_arrive_is_irrelevant(scores, depth, order):
    shuffled = list(scores.items())
    order.shuffle(shuffled)
    response = respond(shuffled, depth=depth)
    assert response == respond(scores.items(), depth=depth)
    assert len(response.passages) == min(depth, len(scores))
