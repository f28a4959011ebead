import pytest

from holdfast.dataset import Case
from holdfast.metric import Trial
from holdfast.metrics import Abstention
from holdfast.system import ToolCall
from systems.rag.agentic import Agentic
from systems.rag.answering.declining import DECLINING_VERSION, UNTOLD
from systems.rag.rewriting import read_prompt

pytest.importorskip("jsonschema", reason="jsonschema is not installed")


def call(query, **more):
    return ToolCall(name="search_handbook", arguments={"query": query, **more})


@pytest.fixture
def agent(company, ordered, scripted):
    def make(*turns, **settings):
        return Agentic(
            model=scripted(turns),
            prompt=read_prompt("searching", 1),
            corpus=company,
            everywhere=ordered(
                {"flood": ["inc-77#summary", "inc-77#actions"], "gullwatch": ["gullwatch#purpose"]}
            ),
            shelves={"people": ordered({"gullwatch": ["team-sirens#who-we-are"]}, name="people")},
            **settings,
        )

    return make


def test_the_model_searches_until_it_can_answer(agent):
    asked = agent((call("flood"),), (call("gullwatch", source="people"),), "Tor Ambrose leads it.")
    found = asked("Who leads the team whose device warned us?")
    assert [passage.id for passage in found.passages] == [
        "inc-77#summary",
        "team-sirens#who-we-are",
        "inc-77#actions",
    ]
    assert found.text == "Tor Ambrose leads it." and not found.abstained
    assert [each.arguments.get("source") for each in found.tool_calls] == [None, "people"]
    assert "siren of Gullwatch" in found.tool_calls[0].result
    names = [span.name for span in found.spans]
    assert names == ["model 1", "search_handbook", "model 2", "search_handbook", "model 3"]
    assert found.usage.calls == 3


def test_searches_of_one_turn_keep_the_order_of_the_calls(agent):
    both = (call("gullwatch"), call("flood"))
    orders = {tuple(passage.id for passage in agent(both, "Done.")("?").passages) for _ in range(5)}
    assert orders == {("gullwatch#purpose", "inc-77#summary", "inc-77#actions")}


def test_a_passage_that_is_found_twice_counts_once(agent):
    found = agent((call("flood"),), (call("flood"),), "Done.")("?")
    assert [passage.id for passage in found.passages] == ["inc-77#summary", "inc-77#actions"]
    assert len(found.tool_calls) == 2


def test_a_model_that_does_not_search_finds_nothing(agent):
    found = agent("I know it.")("?")
    assert found.passages == () and found.tool_calls == () and found.text == "I know it."


def test_a_model_that_never_stops_keeps_what_it_found(agent):
    found = agent((call("flood"),), steps=2)("?")
    assert len(found.tool_calls) == 1 and found.passages and found.abstained


@pytest.mark.parametrize("text", [UNTOLD, "I could not find that in the documents.", ""])
@pytest.mark.parametrize("searches", [(), ((call("flood"),),)])
def test_a_model_that_says_that_the_documents_do_not_tell_declines(agent, text, searches):
    found = agent(*searches, text)("Who paid for the flood?")
    assert found.abstained and bool(found.passages) is bool(searches)
    assert found.data == {"refused": False}
    case = Case(id="a", input="Who paid?", expected={"passages": {}})
    trial = Trial(case=case, repeat=0, response=found, seconds=1.0)
    assert Abstention()(trial).value == 1.0


@pytest.mark.parametrize(
    "text", ["Tor Ambrose. The documents do not say since when.", "The contract does not say who."]
)
def test_a_model_that_tells_something_does_not_decline(agent, text):
    assert not agent((call("flood"),), text)("?").abstained


def test_the_spec_follows_how_declining_is_read(agent):
    assert DECLINING_VERSION in agent("Hi.").spec.version


def test_a_search_without_result_or_in_an_unknown_source_is_told(agent):
    turns = (call("zebra"), call("flood", source="cellar")), "No."
    found = agent(*turns)("?")
    assert [each.failed for each in found.tool_calls] == [True, True]
    assert "no passage about zebra" in found.tool_calls[0].result
    assert "'cellar' is not one of" in found.tool_calls[1].result
    assert found.passages == ()


def test_the_spec_follows_model_tool_and_retrievers(agent, company):
    one = agent("Hi.").spec
    assert one.digest == agent("Hi.").spec.digest != agent("Hi.", words=30).spec.digest
    assert set(one.artifacts) == {"assistant", "everywhere", "people", "searching.md"}
