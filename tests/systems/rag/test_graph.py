import pytest
from hypothesis import given
from hypothesis import strategies as some

from systems.rag.graph.bridges import Bridges
from systems.rag.graph.knowledge import Knowledge
from systems.rag.graph.names import Names
from systems.rag.graph.search import GraphSearch

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
    knowledge = Knowledge(corpus=company)
    told = ("section", "inc-77#summary")
    assert knowledge.graph.edges[told, ("name", "gullwatch")]["relation"] == "mentions"
    title = knowledge.graph.edges[("section", "gullwatch#battery"), ("name", "gullwatch")]
    assert title["relation"] == "is about"
    assert all({one[0], other[0]} == {"section", "name"} for one, other in knowledge.graph.edges)
    assert networkx.number_of_nodes(knowledge.graph) > len(company.sections)


def test_a_name_knows_its_holders_and_a_section_its_names(company):
    knowledge = Knowledge(corpus=company)
    assert knowledge.holders("port sefton") == ("team-sirens#who-we-are",)
    assert "tor ambrose" in knowledge.names_in("team-sirens#who-we-are")
    assert knowledge.holders("nobody") == () == knowledge.names_in("leave#days")


def test_a_name_of_one_section_is_rarest(company):
    knowledge = Knowledge(corpus=company)
    assert knowledge.rarity("port sefton") == 1.0 > knowledge.rarity("gullwatch") > 0.0


def test_the_digest_follows_the_corpus(company):
    before = Knowledge(corpus=company).digest
    path = company.folder / "policies" / "leave.md"
    path.write_text(path.read_text().replace("thirty", "forty"))
    assert Knowledge(corpus=type(company)(folder=company.folder)).digest != before


QUESTION = "Who led those that look after what warned us of the water?"


def test_a_bridge_leads_to_what_its_start_lacks(company):
    found = Bridges(knowledge=Knowledge(corpus=company))(QUESTION, ["inc-77#summary"])
    bridge = found["team-sirens#who-we-are"]
    assert (bridge.start, bridge.name) == ("inc-77#summary", "gullwatch")
    assert 0 < bridge.strength < 1
    # The manual mentions the name too, but tells nothing that the start lacks.
    assert "gullwatch#battery" not in found


def test_a_bridge_leads_to_other_documents_only(company):
    found = Bridges(knowledge=Knowledge(corpus=company))("Who led the pumps?", ["inc-77#summary"])
    assert found and all(
        bridge.start.partition("#")[0] != bridge.passage.partition("#")[0]
        for bridge in found.values()
    )


def test_a_bridge_from_a_later_passage_is_weaker(company):
    bridges = Bridges(knowledge=Knowledge(corpus=company))
    first = bridges(QUESTION, ["inc-77#summary", "leave#days"])["team-sirens#who-we-are"]
    second = bridges(QUESTION, ["leave#days", "inc-77#summary"])["team-sirens#who-we-are"]
    assert second.strength == pytest.approx(first.strength / 2**0.5)


@given(words=some.lists(some.sampled_from(sorted(set(QUESTION.split()) | {"Gullwatch", "cake"}))))
def test_strengths_are_shares(shared_company, words):
    bridges = Bridges(knowledge=Knowledge(corpus=shared_company))
    starts = [section.id for section in shared_company.sections]
    found = bridges(" ".join(words), starts)
    assert all(0 < bridge.strength <= 1 for bridge in found.values())


def search(company, ordered, **settings):
    first = {"inc-77#summary": 0.9, "leave#days": 0.5, "team-sirens#who-we-are": 0.3}
    start = ordered({"*": first}, name="start")
    return GraphSearch(knowledge=Knowledge(corpus=company), start=start, **settings)


def test_a_name_leads_to_the_second_document_with_its_evidence(company, ordered):
    found = search(company, ordered, starts=1)(QUESTION)
    assert [passage.id for passage in found.passages][:2] == [
        "inc-77#summary",
        "team-sirens#who-we-are",
    ]
    assert found.data["evidence"]["team-sirens#who-we-are"] == {
        "from": "inc-77#summary",
        "by": "gullwatch",
    }


def test_a_name_that_the_question_spells_is_a_start(company, ordered):
    found = search(company, ordered, starts=0)("how long does the battery of gullwatch last")
    assert found.data["names"] == ["gullwatch"]
    assert found.data["evidence"]["gullwatch#battery"] == {"from": "gullwatch", "by": "gullwatch"}


def test_the_same_question_gets_the_same_answer(company, ordered):
    assert search(company, ordered)(QUESTION) == search(company, ordered)(QUESTION)


def test_without_weight_the_first_ranking_stays(company, ordered):
    found = search(company, ordered, weight=0.0)(QUESTION)
    assert [passage.id for passage in found.passages][:3] == [
        "inc-77#summary",
        "leave#days",
        "team-sirens#who-we-are",
    ]


def test_nothing_found_at_first_leads_nowhere(company, ordered):
    nothing = GraphSearch(knowledge=Knowledge(corpus=company), start=ordered({}))
    assert nothing(QUESTION).passages == ()


def test_the_spec_follows_settings_and_parts(company, ordered):
    one = search(company, ordered).spec
    assert one.digest == search(company, ordered).spec.digest
    assert one.digest != search(company, ordered, starts=2).spec.digest
    assert set(one.artifacts) == {"knowledge", "start-start"}
