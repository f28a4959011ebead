"""Tests of holdfast.comparing.differences: what is called a change, and what is unknown."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from holdfast.comparing.differences import Change, changes_between
from holdfast.record import MetricRecord, Provenance, Run
from holdfast.system import Spec
from holdfast.testing import make_run, run_pairs

RECORDED = Provenance(
    started="2026-11-22T12:00:00+00:00",
    holdfast="0.1.0",
    python="3.11.7",
    platform="linux x86_64",
    os="Debian",
    hardware={"processor": "A", "cores": "8"},
    packages={"torch": "2.7", "numpy": "2.3"},
    sources={"bot.py": "1", "search.py": "2"},
    metric_sources={"grade.py": "3"},
    settings={"concurrency": 8, "fresh": False},
    git_commit="aa",
    git_branch="main",
    git_dirty=False,
)


def a_run(*, system: Spec | None = None, made: Provenance = RECORDED, **more: Any) -> Run:
    run = make_run({f"c{n}": [1.0] for n in range(12)}, **more)
    return replace(run, system=system or Spec(name="bot"), provenance=made)


def between(before: Run, after: Run) -> dict[str, tuple[str, str]]:
    return {c.what: (c.baseline, c.candidate) for c in changes_between(before, after)}


def kinds(changes: tuple[Change, ...]) -> dict[str, str]:
    return {change.name: change.kind for change in changes}


def test_each_changed_setting_is_named_alone_however_deep_it_lies() -> None:
    before = Spec(name="bot", params={"sampling": {"temperature": 0, "top_p": 1}, "k": [1, 2]})
    after = Spec(name="bot", params={"sampling": {"temperature": 0.7, "top_p": 1}, "k": [1, 3]})
    assert between(a_run(system=before), a_run(system=after)) == {
        "system parameter sampling.temperature": ("0", "0.7"),
        "system parameter k": ("[1,2]", "[1,3]"),
    }
    dotted = [Spec(name="bot", params={"a": {"b": 1}, "a.b": n}) for n in (2, 3)]
    both = a_run(system=dotted[0]), a_run(system=dotted[1])
    assert between(*both) == {'system parameter "a.b"': ("2", "3")}
    gone = Spec(name="bot", params={"k": [1, 2]})
    assert between(a_run(system=before), a_run(system=gone)) == {
        "system parameter sampling": ('{"temperature":0,"top_p":1}', "(none)")
    }


def test_a_prompt_brings_its_texts_and_a_digest_alone_stays_an_artifact() -> None:
    old = replace(
        a_run(system=Spec(name="bot", artifacts={"support.md": "d1", "index": "i1"})),
        texts={"d1": "Be kind."},
    )
    new = replace(
        a_run(
            system=Spec(name="bot", artifacts={"support.md": "d2", "index": "i2", "extra": "d3"})
        ),
        texts={"d2": "Be brief.", "d3": "More."},
    )
    found = {change.name: change for change in changes_between(old, new)}
    assert kinds(tuple(found.values())) == {
        "support.md": "prompt",
        "index": "artifact",
        "extra": "prompt",
    }
    assert found["support.md"].texts == ("Be kind.", "Be brief.")
    assert found["extra"].texts == ("", "More.")
    assert found["index"].texts == (None, None)
    unknown = {c.name: c for c in changes_between(replace(old, texts={}), new)}
    assert unknown["support.md"].texts == (None, "Be brief.")


def test_a_parameter_of_several_lines_is_a_prompt() -> None:
    before = Spec(name="bot", params={"chat": {"system": "Be kind.\nBe brief."}, "stop": "END"})
    after = Spec(name="bot", params={"chat": {"system": "Be kind.\nBe long."}, "stop": "STOP"})
    found = {c.name: c for c in changes_between(a_run(system=before), a_run(system=after))}
    assert found["chat.system"].texts == ("Be kind.\nBe brief.", "Be kind.\nBe long.")
    assert kinds(tuple(found.values())) == {"chat.system": "prompt", "stop": "parameter"}
    data = Spec(name="bot", params={"rules": {"a": "x" * 200}})
    [added] = changes_between(a_run(), a_run(system=data))
    assert (added.kind, added.texts) == ("parameter", (None, None))


def test_metrics_differ_by_version_scale_and_judging_prompt() -> None:
    old = MetricRecord(
        spec=Spec(name="tone", artifacts={"rubric": "r1"}), better="higher", bounds=(0, 1)
    )
    new = replace(old, spec=Spec(name="tone", version="2", artifacts={"rubric": "r2"}))
    before = replace(a_run(metric=old), texts={"r1": "Score it."})
    after = replace(a_run(metric=replace(new, bounds=(0, 5))), texts={"r2": "Grade it."})
    assert between(before, after) == {
        "metric tone version": ("1", "2"),
        "metric tone range": ("[0,1]", "[0,5]"),
        "metric tone prompt rubric": ("r1", "r2"),
    }
    [rubric] = [c for c in changes_between(before, after) if "rubric" in c.what]
    assert rubric.texts == ("Score it.", "Grade it.")
    other = replace(old, spec=Spec(name="tone", params={"model": "b"}))
    assert between(before, a_run(metric=other)) == {
        "metric tone": ("version 1", "(none)"),
        "metric tone(model=b)": ("(none)", "version 1"),
    }


def test_everything_that_a_run_was_made_with_is_compared() -> None:
    changed = Provenance(
        started="2026-11-23T12:00:00+00:00",
        seconds=99.0,
        seed=3,
        holdfast="0.2.0",
        python="3.12.1",
        platform="linux aarch64",
        os="Ubuntu",
        hardware={"processor": "B", "cores": "8", "accelerator": "H200"},
        packages={"torch": "2.8", "rich": "14"},
        sources={"bot.py": "9", "search.py": "2"},
        metric_sources={"grade.py": "8"},
        settings={"concurrency": 4, "fresh": False},
        git_commit="bb",
        git_branch="next",
        git_dirty=True,
    )
    assert between(a_run(), a_run(made=changed)) == {
        "package torch": ("2.7", "2.8"),
        "package numpy": ("2.3", "(none)"),
        "package rich": ("(none)", "14"),
        "source file bot.py": ("1", "9"),
        "metric source file grade.py": ("3", "8"),
        "git commit": ("aa", "bb"),
        "uncommitted changes": ("false", "true"),
        "git branch": ("main", "next"),
        "python": ("3.11.7", "3.12.1"),
        "holdfast": ("0.1.0", "0.2.0"),
        "platform": ("linux x86_64", "linux aarch64"),
        "operating system": ("Debian", "Ubuntu"),
        "hardware processor": ("A", "B"),
        "hardware accelerator": ("(none)", "H200"),
        "seed": ("0", "3"),
        "setting concurrency": ("8", "4"),
    }


def test_what_one_run_does_not_record_is_no_change() -> None:
    assert between(a_run(), a_run(made=Provenance())) == {}
    assert between(a_run(made=Provenance()), a_run()) == {}


def test_packages_are_known_where_they_are_named_or_were_looked_for() -> None:
    bare = [a_run(made=Provenance(packages={"torch": version})) for version in ("2.7", "2.8")]
    assert between(*bare) == {"package torch": ("2.7", "2.8")}
    none = a_run(made=Provenance(python="3.11.7"))
    assert between(none, bare[0]) == {"package torch": ("(none)", "2.7")}


def test_two_runs_that_differ_in_a_secret_alone_do_not_differ_and_show_none() -> None:
    first, second = (
        a_run(system=Spec(name="bot", params={"api_key": key, "url": f"https://me:{key}@host"}))
        for key in ("hunter22hunter22", "hunter33hunter33")
    )
    assert between(first, second) == {}
    none = a_run(system=Spec(name="bot"))
    assert "hunter" not in repr(changes_between(none, first))


@given(run_pairs(edits=True))
def test_a_run_beside_itself_has_no_change_and_two_are_mirrored(pair: tuple[Run, Run]) -> None:
    before, after = pair
    assert changes_between(before, before) == ()
    there, back = changes_between(before, after), changes_between(after, before)
    assert {(c.what, c.baseline, c.candidate, c.kind) for c in there} == {
        (c.what, c.candidate, c.baseline, c.kind) for c in back
    }


VALUES = st.recursive(
    st.none() | st.integers() | st.text(max_size=200),
    lambda inner: st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(
    before=st.dictionaries(st.text(max_size=3), VALUES),
    after=st.dictionaries(st.text(max_size=3), VALUES),
)
def test_settings_differ_exactly_where_changes_are_named(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    runs = [a_run(system=Spec(name="bot", params=params).recorded) for params in (before, after)]
    found = changes_between(*runs)
    same = _without_none(runs[0].system.params) == _without_none(runs[1].system.params)
    assert (found == ()) == same


def _without_none(value: Any) -> Any:
    """Unset and absent settings are shown alike, and so are dicts that hold nothing else."""
    if not isinstance(value, dict):
        return value
    return {key: _without_none(item) for key, item in value.items() if item is not None}
