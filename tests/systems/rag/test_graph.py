import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from systems.rag.graph.knowledge import Knowledge
from systems.rag.graph.names import Names
from systems.rag.graph.search import GraphSearch
from systems.rag.graph.walk import Walk

networkx = pytest.importorskip("networkx", reason="networkx is not installed")

_TEXTS = (
    "The pump in North Hall broke. Ask Marit Solvang about INC-4102.",
    "A hall is cold. We told Marit about it in March. Pellet 3C and the Pellet are loggers.",
    "New rules hold. Gullwatch warned us; it was TQ-1130, Gullwatch's own part.",
    "Somebody asked Gullwatch.",
)


def test_words_that_are_never_small_within_a_sentence_are_names():
    names = Names.learn(_TEXTS)
    assert {"marit", "solvang", "pellet", "gullwatch", "north"} <= names.words
    assert not {"hall", "the", "ask", "new", "march"} & names.words


def test_names_side_by_side_are_one_name():
    names = Names.learn(_TEXTS)
    assert names.read(_TEXTS[0]) == {"north hall", "marit solvang", "inc-4102"}
    assert names.read("We saw a Pellet 3C, a boat") == {"pellet 3c"}


def test_a_part_of_one_longer_name_alone_stands_for_it():
    names = Names.learn([*_TEXTS, "We have a Larder G2 and a Larder G3, and one more Larder."])
    assert names.read("It was told by Marit.") == {"marit solvang"}
    assert names.read("Take the Larder to Solvang.") == {"larder", "marit solvang"}


def test_a_sentence_may_begin_with_a_name_and_with_any_word():
    names = Names.learn(_TEXTS)
    assert names.read("Gullwatch rang. Nobody came. Ask!") == {"gullwatch"}


def test_a_question_may_spell_names_without_capitals():
    names = Names.learn(_TEXTS)
    assert names.find("where is the north hall's pellet 3c?") == {"north hall", "pellet 3c"}
    assert names.find("Where is Osterby?") == frozenset()


def test_every_relation_is_told_by_a_section(company):
    graph = Knowledge(corpus=company).graph
    told = ("section", "inc-77#summary")
    assert graph.edges[told, ("name", "gullwatch")]["relation"] == "mentions"
    title = graph.edges[("section", "gullwatch#battery"), ("name", "gullwatch")]
    assert title["relation"] == "is about"
    assert ("name", "tor ambrose") in graph[("document", "gullwatch")]
    names = [node for node in graph if node[0] == "name"]
    assert all(kind != "name" for name in names for kind, _ in graph[name])


def test_the_digest_follows_the_corpus(company):
    before = Knowledge(corpus=company).digest
    path = company.folder / "policies" / "leave.md"
    path.write_text(path.read_text().replace("thirty", "forty"))
    assert Knowledge(corpus=type(company)(folder=company.folder)).digest != before


_EDGES = some.lists(
    some.tuples(some.integers(0, 7), some.integers(0, 7), some.floats(0.1, 5)), min_size=1
)


@given(edges=_EDGES, restart=some.floats(0.2, 0.9), home=some.integers(0, 7))
def test_the_walk_is_the_pagerank_of_networkx(edges, restart, home):
    graph = networkx.Graph()
    # A ring, so that no node is left without a way out.
    for at in range(8):
        graph.add_edge(("section", str(at)), ("section", str((at + 1) % 8)), weight=0.5)
    for one, other, weight in edges:
        if one != other:
            graph.add_edge(("section", str(one)), ("section", str(other)), weight=weight)
    start = {("section", str(home)): 0.25, ("section", "0" if home else "1"): 0.75}
    found = Walk.over(graph, restart=restart, steps=200)(start, {})
    wanted = networkx.pagerank(
        graph, alpha=1 - restart, personalization=start, tol=1e-10, max_iter=500
    )
    assert np.allclose(found, [wanted[node] for node in sorted(graph)], atol=1e-8)


def test_a_walk_prefers_what_is_like_the_question(company):
    walk = Walk.over(Knowledge(corpus=company).graph)
    liked = ("section", "team-sirens#who-we-are")
    start = {("section", "inc-77#summary"): 1.0}
    plain, drawn = (walk(start, likeness) for likeness in ({}, {liked: 3.0}))
    assert drawn[walk.places[liked]] > plain[walk.places[liked]]
    assert plain.sum() == pytest.approx(1.0) == drawn.sum()


QUESTION = "Who leads those who look after what warned us of the flood?"


def search(company, ordered, **settings):
    likeness = {section.id: 0.2 for section in company.sections}
    return GraphSearch(
        knowledge=Knowledge(corpus=company),
        start=ordered({"*": ["inc-77#summary", "leave#days", "inc-77#actions"]}, name="start"),
        likeness=ordered({"*": likeness | {"team-sirens#who-we-are": 0.5}}, name="likeness"),
        **settings,
    )


def test_a_name_leads_to_the_second_document_with_its_evidence(company, ordered):
    found = search(company, ordered, starts=1)(QUESTION)
    order = [passage.id for passage in found.passages]
    assert "team-sirens#who-we-are" in order[:4]
    assert found.data["evidence"]["team-sirens#who-we-are"] == {
        "from": "inc-77#summary",
        "by": "gullwatch",
    }


def test_a_name_that_the_question_spells_is_where_the_walk_starts(company, ordered):
    found = search(company, ordered)("what is gullwatch")
    assert found.data["names"] == ["gullwatch"]
    assert found.data["evidence"]["gullwatch#battery"] == {"from": "gullwatch", "by": "gullwatch"}


def test_the_same_question_gets_the_same_answer(company, ordered):
    assert search(company, ordered)(QUESTION) == search(company, ordered)(QUESTION)


def test_without_weight_the_first_ranking_stays(company, ordered):
    found = search(company, ordered, weight=0.0)(QUESTION)
    assert [passage.id for passage in found.passages][:3] == [
        "inc-77#summary",
        "leave#days",
        "inc-77#actions",
    ]


def test_nothing_found_at_first_leads_nowhere(company, ordered):
    nothing = GraphSearch(
        knowledge=Knowledge(corpus=company), start=ordered({}), likeness=ordered({})
    )
    assert nothing(QUESTION).passages == ()


def test_the_spec_follows_settings_and_parts(company, ordered):
    one = search(company, ordered).spec
    assert one.digest == search(company, ordered).spec.digest
    assert one.digest != search(company, ordered, starts=2).spec.digest
    assert set(one.artifacts) == {"knowledge", "start-start", "likeness-likeness"}
