"""Arguments of tools are read as nested lists."""

from hypothesis import given
from hypothesis import strategies as st

from holdfast.report.tree import Node, nodes

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=60,
)


def count(found: tuple[Node, ...]) -> int:
    return sum(1 + count(node.children) for node in found)


def test_objects_and_lists_become_named_branches() -> None:
    found = nodes({"query": "who", "filter": {"lang": ["de", "en"], "empty": []}})
    assert [node.key for node in found] == ["query", "filter"]
    assert found[0].value == "who"
    languages, empty = found[1].children
    assert [(node.key, node.value) for node in languages.children] == [("1", "de"), ("2", "en")]
    assert (empty.key, empty.value, empty.children) == ("empty", "[]", ())


def test_a_bare_value_is_one_node_without_a_name() -> None:
    assert nodes("text") == (Node(key="", value="text"),)
    assert nodes(None) == (Node(key="", value="null"),)
    assert nodes("") == (Node(key="", value="(empty)"),)


def test_what_lies_too_deep_stands_on_one_line() -> None:
    found = nodes({"a": {"b": {"c": {"d": {"e": {"f": {"g": 1}}}}}}})
    for _ in range(5):
        [node] = found
        found = node.children
    assert found == (Node(key="f", value='{ "g": 1 }'),)


def test_entries_without_room_are_counted() -> None:
    found = nodes(list(range(500)))
    assert len(found) == 121
    assert found[-1].value == "380 more not shown"


@given(values)
def test_a_tree_is_never_larger_than_its_bounds(value: object) -> None:
    assert count(nodes(value)) <= 121  # type: ignore[arg-type]
