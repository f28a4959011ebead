"""Names of systems are as short as they can be told apart."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from holdfast.report.entry import IndexEntry
from holdfast.report.matrix import latest, matrix_view
from holdfast.report.naming import short_names, system_of
from tests.report.entries import METRIC, make_entry

HYBRID = "hybrid(retrievers=bm25+dense, k=60)"


def beside(system: str, other: str = HYBRID, suite: str = "search") -> IndexEntry:
    return make_entry(suite, system, beside=other)


def names(*entries: IndexEntry) -> list[str]:
    found = short_names(entries)
    return [found[entry.gate] for entry in entries]


def test_the_only_system_of_a_name_is_known_by_it() -> None:
    entries = [beside("bm25(k1=1.2)"), beside("dense(store=flat, depth=20)")]
    assert names(*entries) == ["bm25 beside hybrid", "dense beside hybrid"]


def test_systems_of_one_name_tell_the_settings_that_differ() -> None:
    flat = "dense(store=flat, depth=20)"
    entries = [
        beside("dense(store=ivf(lists=16, probes=10), depth=20)", flat),
        beside("dense(store=chroma(search=100), depth=20)", flat),
    ]
    assert names(*entries) == [
        "dense(store=ivf(lists=16, probes=10)) beside dense",
        "dense(store=chroma(search=100)) beside dense",
    ]


def test_one_system_beside_two_versions_of_another_tells_the_versions() -> None:
    entries = [beside("bm25(k1=1.2)", f"hybrid(k={k}, depth=20)") for k in (10, 60)]
    assert names(*entries) == ["bm25 beside hybrid(k=10)", "bm25 beside hybrid(k=60)"]


def test_the_same_name_in_another_suite_needs_no_settings() -> None:
    entries = [beside("bm25(k1=1.2)"), beside("bm25(k1=2.0)", suite="answers")]
    assert names(*entries) == ["bm25 beside hybrid"] * 2


def test_what_no_setting_tells_apart_keeps_its_whole_label() -> None:
    entries = [beside("bm25(k1=1.2)"), beside("bm25()"), beside("bm25(k1=1.2")]
    assert len(set(names(*entries))) == 3


def test_a_system_judged_against_its_own_baseline_keeps_its_name() -> None:
    entry = make_entry("search", "dense")
    assert names(entry, beside("dense(store=ivf)")) == ["dense", "dense beside hybrid"]


LABELS = st.text(alphabet="ab(),= ", min_size=1, max_size=12)


@given(st.lists(st.tuples(LABELS, st.sampled_from(["", HYBRID, "b(x=1)", "b(x=2)"])), max_size=8))
def test_two_gates_of_a_suite_never_share_a_name_that_their_labels_do_not(
    pairs: list[tuple[str, str]],
) -> None:
    entries = [make_entry("s", system, beside=other) for system, other in pairs]
    found = short_names(entries)
    gates = {entry.gate: entry for entry in entries}
    for (one, first), (other, second) in combinations(gates.items(), 2):
        assert found[one] != found[other] or system_of(first) == system_of(second)


def test_a_gate_that_passes_says_what_it_only_watches_got_worse() -> None:
    watched = make_entry(metrics=(METRIC, METRIC))
    fine = make_entry("other")
    cells = [row.cells[0] for row in matrix_view(latest([watched, fine])).rows]
    assert {cell.warned for cell in cells if cell} == {"", "2 monitored metrics worse"}
