"""Tests of holdfast.storage.cache: whatever can change an answer changes its key."""

import importlib.util
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

import holdfast.running.beginning
from holdfast.dataset import Case, Dataset
from holdfast.errors import StoreError, Unavailable
from holdfast.metric import Score, Trial
from holdfast.record import Provenance, Run
from holdfast.runner import RunOptions, run
from holdfast.storage.cache import Cache, CallKey, SystemKey, score_key
from holdfast.suite import Suite
from holdfast.system import Response, Spec, ToolCall
from holdfast.testing import ScriptedMetric

QUIET = RunOptions(progress="none")
KEY = SystemKey.of(Spec(name="s", params={"model": "a"}, artifacts={"prompt": "1"}), "code")
CALL = CallKey(system=KEY, input="i", repeat=0, seed=1)


def suite_of(*inputs: str, metric: object = ScriptedMetric(default=1.0)) -> Suite:  # frozen
    cases = [Case(id=f"c-{text}", input=text) for text in inputs or ("q0", "q1")]
    return Suite(name="s", dataset=Dataset(name="d", cases=cases), metrics=(metric,))  # type: ignore[arg-type]


def reasons(made: Run) -> dict[str, int]:
    receipt = made.provenance.cache
    assert receipt.misses == sum(receipt.reasons.values())
    assert receipt.hits + receipt.misses == len(made.trials)
    return dict(receipt.reasons) | ({"hit": receipt.hits} if receipt.hits else {})


@dataclass
class Model:
    """A system whose spec names its model."""

    model: str = "a"
    version: str = "1"
    prompt: str = "p"
    calls: Counter[str] = field(default_factory=Counter)

    @property
    def spec(self) -> Spec:
        return Spec(
            name="model",
            params={"model": self.model},
            version=self.version,
            artifacts={"prompt": self.prompt},
        )

    def __call__(self, question: str) -> str:
        self.calls[question] += 1
        return f"{self.model} {question}"


def test_every_miss_names_its_reason(tmp_path: Path) -> None:
    def made(system: object, *inputs: str, options: RunOptions = QUIET) -> dict[str, int]:
        return reasons(run(suite_of(*inputs), system, store=tmp_path, options=options))  # type: ignore[arg-type]

    assert made(Model()) == {"new input": 2}
    assert made(Model()) == {"hit": 2}
    assert made(Model(model="b")) == {"system parameters changed": 2}
    assert made(Model(version="2")) == {"system version changed": 2}
    assert made(Model(prompt="q")) == {"system artifacts changed": 2}
    assert made(Model(), "q0", "q9") == {"hit": 1, "new input": 1}
    assert made(Model(), options=replace(QUIET, seed=7)) == {"another seed": 2}
    assert made(Model(), options=replace(QUIET, repeats=2)) == {"hit": 2, "new repeat": 2}
    assert made(Model(), options=replace(QUIET, fresh=True)) == {"fresh run asked for": 2}
    # The nearest kept answer is that of model b, or of version 2: one thing differs.
    assert list(made(Model(model="b", version="2")).values()) == [2]


def test_a_fresh_run_asks_again_and_keeps_the_new_answers(tmp_path: Path) -> None:
    said = tmp_path / "said"

    def system(question: str) -> str:
        return said.read_text()

    system.spec = Spec(name="declared")  # type: ignore[attr-defined]
    said.write_text("old")
    run(suite_of(), system, store=tmp_path, options=QUIET)
    said.write_text("new")
    again = run(suite_of(), system, store=tmp_path, options=QUIET)
    fresh = run(suite_of(), system, store=tmp_path, options=replace(QUIET, fresh=True))
    later = run(suite_of(), system, store=tmp_path, options=QUIET)
    texts = [
        [t.response and t.response.text for t in made.trials] for made in (again, fresh, later)
    ]
    assert texts == [["old", "old"], ["new", "new"], ["new", "new"]]


ASKED: Counter[str] = Counter()
JUDGED: Counter[str] = Counter()
"""What the systems and metrics below were asked; what they carried would be part of them."""


def test_a_system_that_declares_no_spec_is_asked_anew_in_every_run(tmp_path: Path) -> None:
    prompt = tmp_path / "prompt"

    def system(question: str) -> str:
        return prompt.read_text() + question

    said: list[str] = []
    for text in ("polite ", "rude "):
        prompt.write_text(text)
        made = run(suite_of(), system, store=tmp_path, options=QUIET)
        said += [trial.response.text for trial in made.trials if trial.response]
        (reason,) = reasons(made)
        assert "declares no spec" in reason
    assert [text.split()[0] for text in said] == ["polite", "polite", "rude", "rude"]


def test_objects_that_change_while_called_never_share_an_answer(tmp_path: Path) -> None:
    class Bot:
        def __init__(self, model: str) -> None:
            self.state = {"model": model, "calls": 0}

        def __call__(self, question: str) -> str:
            self.state["calls"] = 1
            return str(self.state["model"])

    texts = [
        {trial.response.text for trial in made.trials if trial.response}
        for model in ("good", "bad")
        for made in [run(suite_of(), Bot(model), store=tmp_path, options=QUIET)]
    ]
    assert texts == [{"good"}, {"bad"}]


def test_another_version_of_a_package_asks_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def system(question: str) -> str:
        return question

    system.spec = Spec(name="declared")  # type: ignore[attr-defined]
    observed = holdfast.running.beginning.observe
    for version, reason in (("1.0", "new input"), ("1.0", "hit"), ("2.0", None)):

        def observe(subject: object, *, seed: int, version: str = version) -> Provenance:
            return replace(observed(subject, seed=seed), packages={"client": version})

        monkeypatch.setattr(holdfast.running.beginning, "observe", observe)
        made = run(suite_of(), system, store=tmp_path, options=QUIET)
        assert "hit" not in reasons(made) or reason == "hit"
        assert reason is None or reasons(made) == {reason: 2}


def test_failures_are_never_kept(tmp_path: Path) -> None:
    ASKED.clear()

    def system(question: str) -> str:
        ASKED[question] += 1
        if question == "raises":
            raise ValueError
        if question == "down":
            raise Unavailable
        return question

    system.spec = Spec(name="declared")  # type: ignore[attr-defined]
    JUDGED.clear()

    class Judge(ScriptedMetric):
        def __call__(self, trial: Trial) -> Score:
            JUDGED[trial.case.id] += 1
            if trial.case.input == "unjudged":
                raise ValueError
            return Score(1.0)

    options = RunOptions(attempts=1, progress="none")
    suite = suite_of("raises", "down", "fine", "unjudged", metric=Judge())
    for _ in range(2):
        run(suite, system, store=tmp_path, options=options)
    assert ASKED == {"raises": 2, "down": 2, "fine": 1, "unjudged": 1}
    assert JUDGED == {"c-fine": 1, "c-unjudged": 2}


def test_closures_never_share_an_answer(tmp_path: Path) -> None:
    def closure(value: object) -> Callable[[str], object]:
        return lambda question: [question, value]

    def default(value: object) -> Callable[[str], object]:
        return lambda question, held=value: [question, held]

    def bound(question: str, value: object) -> object:
        return [question, value]

    values = (1, 2, "1", True, [1], [1, 2], {"k": 1}, {"k": [1]}, None, 1.5)
    for make in (closure, default, lambda value: partial(bound, value=value)):
        for value in values:
            made = run(suite_of(), make(value), store=tmp_path, options=QUIET)
            assert [t.response and t.response.data for t in made.trials] == [
                ["q0", value],
                ["q1", value],
            ]


def test_an_object_without_a_digest_keeps_a_system_out_of_the_cache(tmp_path: Path) -> None:
    def over(held: object) -> Callable[[str], str]:
        return lambda question: f"{held.__class__.__name__} {question}"

    system = over(iter("abc"))
    for _ in range(2):
        made = run(suite_of(), system, store=tmp_path, options=QUIET)
        (reason,) = reasons(made)
        assert reason == (
            "not cacheable: the system captures held (an object of builtins.str_ascii_iterator) "
            "without a stable digest"
        )


def imported(path: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("edited", ["answers.py", "wording.py"])
def test_an_edit_of_the_systems_code_asks_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edited: str
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "pyproject.toml").touch()
    (project / "answers.py").write_text(
        "def system(question):\n    from wording import polite\n    return polite(question)\n"
    )
    (project / "wording.py").write_text("def polite(text):\n    return 'please ' + text\n")
    (project / "unrelated.py").write_text("x = 1\n")
    monkeypatch.syspath_prepend(str(project))
    module = imported(project / "answers.py", "answers")
    try:
        module.system.spec = Spec(name="declared")
        first = run(suite_of(), module.system, store=tmp_path, options=QUIET)
        assert reasons(first) == {"new input": 2}
        (project / "unrelated.py").write_text("x = 2\n")
        again = run(suite_of(), module.system, store=tmp_path, options=QUIET)
        assert reasons(again) == {"hit": 2}
        with (project / edited).open("a") as file:
            file.write("# edited\n")
        after = run(suite_of(), module.system, store=tmp_path, options=QUIET)
        assert reasons(after) == {"system code changed": 2}
    finally:
        for name in ("answers", "wording"):
            sys.modules.pop(name, None)


def test_a_changed_tool_call_is_scored_anew(tmp_path: Path) -> None:
    tool = tmp_path / "tool"

    def system(question: str) -> Response:
        return Response(text="same", tool_calls=(ToolCall(name=tool.read_text()),))

    class Called(ScriptedMetric):
        def __call__(self, trial: Trial) -> Score:
            return Score(float(trial.response.tool_calls[0].name == "search"))

    scores = []
    for name in ("search", "delete"):
        tool.write_text(name)
        options = replace(QUIET, fresh=True)
        made = run(suite_of("q", metric=Called()), system, store=tmp_path, options=options)
        scores.append(made.trials[0].outcome("scripted"))
    assert scores == [Score(1.0), Score(0.0)]


PARTS = st.text(max_size=4)
CALLS = st.builds(
    CallKey,
    system=st.builds(
        lambda name, model, version, prompt, code, state: SystemKey.of(
            Spec(name=name, params={"m": model}, version=version, artifacts={"p": prompt}),
            code,
            state=state,
        ),
        *[PARTS] * 6,
    ),
    input=PARTS,
    repeat=st.integers(0, 2),
    seed=st.integers(0, 2),
)


@given(CALLS, CALLS)
def test_two_calls_share_a_key_exactly_where_everything_is_equal(a: CallKey, b: CallKey) -> None:
    assert (a.digest == b.digest) == (a == b)


@given(st.tuples(PARTS, PARTS, PARTS), st.tuples(PARTS, PARTS, PARTS))
def test_two_scores_share_a_key_exactly_where_everything_is_equal(
    a: tuple[str, str, str], b: tuple[str, str, str]
) -> None:
    if not any("\0" in part for part in (*a, *b)):  # digests hold none
        assert (score_key(*a) == score_key(*b)) == (a == b)


def test_what_is_kept_is_found_by_a_later_process(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.keep_answer(CALL, '{"text":"\ud800"}', seconds=0.5)
    cache.keep_score("k", '{"value":1.0}')
    cache.close()
    later = Cache(tmp_path)
    assert later.answer(CALL) == ('{"text":"\ud800"}', 0.5)
    assert later.score("k") == '{"value":1.0}'
    assert later.score("other") is None
    assert later.answer(replace(CALL, repeat=1)) is None
    later.close()


def test_large_answers_do_not_pile_up_in_memory(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    for repeat in range(9):
        cache.keep_answer(replace(CALL, repeat=repeat), "x" * 1_000_000, seconds=0.0)
    assert len(cache.take().answers) < 5
    cache.close()


def fill(folder: str, worker: int) -> None:
    cache = Cache(Path(folder))
    for number in range(50):
        cache.keep_answer(replace(CALL, repeat=number, seed=worker), str(worker), seconds=0.0)
        cache.keep_score(f"{worker}-{number}", "{}")
        cache.flush()
    cache.close()


def test_processes_share_one_cache(tmp_path: Path) -> None:
    # By path: another distribution may have installed a package that is named `tests`, too.
    code = "import runpy, sys; runpy.run_path(sys.argv[1])['fill'](sys.argv[2], int(sys.argv[3]))"
    asked = [sys.executable, "-c", code, __file__, str(tmp_path)]
    workers = [subprocess.Popen([*asked, str(worker)]) for worker in range(2)]
    assert [worker.wait(60) for worker in workers] == [0, 0]
    cache = Cache(tmp_path)
    for worker in range(2):
        for number in range(50):
            call = replace(CALL, repeat=number, seed=worker)
            assert cache.answer(call) == (str(worker), 0.0)
    cache.close()


def test_a_broken_cache_says_what_to_do(tmp_path: Path) -> None:
    made = Cache(tmp_path)
    made.close()
    made.path.write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreError, match=r"cannot be used: .*delete the file: no run is lost"):
        Cache(tmp_path)


def test_many_may_begin_a_new_cache_at_the_same_moment(tmp_path: Path) -> None:
    faults: list[Exception] = []

    def begin(folder: Path, ready: threading.Barrier) -> None:
        ready.wait()
        try:
            Cache(folder).close()
        except StoreError as error:
            faults.append(error)

    for number in range(40):
        folder, ready = tmp_path / str(number), threading.Barrier(4)
        folder.mkdir()
        threads = [threading.Thread(target=begin, args=(folder, ready)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert faults == []
