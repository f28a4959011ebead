"""Plans of whole suites: laws, oracles, and the gate's own behaviour."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.aggregate import Aggregate
from holdfast.errors import UsageError
from holdfast.planning.assumptions import assumed_gate, concentration
from holdfast.planning.curve import curve_of, draw
from holdfast.planning.design import Design, smallest
from holdfast.planning.document import plan_as_json
from holdfast.planning.expense import Expense, expense_of
from holdfast.planning.page import render_plan
from holdfast.planning.pilot import gates_of
from holdfast.planning.simulation import simulate, sources_of
from holdfast.planning.suite_plan import SuitePlan, plan_assumed, plan_runs
from holdfast.planning.words import plan_in_words, recommendation, scale_of_gate
from holdfast.policy import Policy
from holdfast.record import MetricRecord, Run
from holdfast.system import Spec, Usage
from holdfast.testing import make_run

TOKENS = MetricRecord(spec=Spec(name="tokens"), better="lower", bounds=None, unit="tokens")
TODAY = Design(cases=200, baseline=1, candidate=1)


def policy(margin: float = 0.04, metric: str = "correct", **fields: object) -> Policy:
    return Policy(metric=metric, margin=margin, **fields)  # type: ignore[arg-type]


def pilot(cases: int = 200, trials: int = 3, *, seed: int = 1, clusters: int = 0) -> Run:
    generator = np.random.default_rng(seed)
    rates = generator.beta(0.85 * 0.5, 0.15 * 0.5, cases)
    scores = {
        f"c{number}": [float(generator.random() < rate) for _ in range(trials)]
        for number, rate in enumerate(rates)
    }
    groups = {f"c{n}": f"g{n % clusters}" for n in range(cases)} if clusters else None
    return make_run(scores, clusters=groups)


def planned(run: Run, *policies: Policy, **more: object) -> SuitePlan:
    return plan_runs(run, policies or (policy(),), simulated=False, **more)  # type: ignore[arg-type]


margins = st.floats(0.01, 0.3)
designs = st.builds(
    Design,
    cases=st.integers(10, 2000),
    baseline=st.integers(1, 10),
    candidate=st.integers(1, 10),
)


@given(designs, margins, st.floats(1.0, 4.0), st.sampled_from(["cases", "candidate", "trials"]))
def test_a_wider_margin_never_needs_more(
    design: Design, margin: float, wider: float, vary: str
) -> None:
    narrow = smallest([assumed_gate(policy(margin), score=0.8, flips=0.1)], design, vary=vary)
    wide = smallest(
        [assumed_gate(policy(min(margin * wider, 0.99)), score=0.8, flips=0.1)], design, vary=vary
    )
    if narrow is not None:
        assert wide is not None
        assert (wide.cases, wide.baseline, wide.candidate) <= (
            narrow.cases, narrow.baseline, narrow.candidate,
        )  # fmt: skip


@given(designs, st.integers(1, 500), margins)
def test_more_cases_never_raise_what_a_suite_resolves(
    design: Design, more: int, margin: float
) -> None:
    gate = assumed_gate(policy(margin), score=0.8, flips=0.1)
    larger = replace(design, cases=design.cases + more)
    assert gate.resolves(larger) <= gate.resolves(design) + 1e-12


@given(designs, margins)
def test_the_option_resolves_the_margin_and_one_less_does_not(
    design: Design, margin: float
) -> None:
    gate = assumed_gate(policy(margin), score=0.8, flips=0.1)
    found = smallest([gate], design, vary="cases")
    assert found is not None and gate.resolves(found) <= margin
    if found.cases > max(2, design.cases):
        assert gate.resolves(replace(found, cases=found.cases - 1)) > margin


@given(
    st.floats(0, 1e6),
    st.floats(0, 1e6),
    st.one_of(st.none(), st.floats(0, 1e6)),
    st.floats(0, 100),
)
def test_expenses_add_and_multiply(
    first: float, second: float, money: float | None, factor: float
) -> None:
    one, two = Expense(trials=first, money=money), Expense(trials=second, money=1.0)
    both = (one + two).times(factor)
    assert both.trials == pytest.approx((first + second) * factor)
    assert both.money == (None if money is None else pytest.approx((money + 1.0) * factor))
    assert both.tokens is None


def test_what_a_run_did_not_report_is_unknown_and_not_free() -> None:
    run = pilot(20)
    assert expense_of(run).unknown == ("tokens", "money", "time")
    spent = tuple(
        replace(
            trial,
            response=replace(
                trial.response, usage=Usage(input_tokens=900, output_tokens=100, cost=0.003)
            ),
            seconds=2.0,
        )
        for trial in run.trials
    )
    found = expense_of(replace(run, trials=spent)).times(1000)
    assert found.in_words() == "1,000 calls, 1 M tokens, $3.00, 33 min 20 s"
    assert expense_of(None) == Expense(trials=1.0)


def test_a_pilot_with_repeats_tells_the_noise_between_trials() -> None:
    found = planned(pilot(2000, 4)).resolutions[0].gate
    # E[p (1 - p)] of the flaky-case model with kappa = 0.5
    assert found.noise.candidate == pytest.approx(0.85 * 0.15 / 3, rel=0.12)
    assert found.noise.between == 0.0
    assert found.certain


def test_a_pilot_without_repeats_is_a_worst_case_and_says_so() -> None:
    plan = planned(pilot(200, 1))
    assert not plan.resolutions[0].gate.certain
    assert "worst case" in plan_in_words(plan)
    assert "First repeat the cases" in recommendation(plan)


def test_two_runs_of_one_system_tell_the_noise_without_repeats() -> None:
    first, second = pilot(1000, 2), pilot(1000, 2)
    halves = [
        replace(first, id=str(k), trials=tuple(t for t in first.trials if t.repeat == k), repeats=1)
        for k in (0, 1)
    ]
    halves[1] = replace(halves[1], trials=tuple(replace(t, repeat=0) for t in halves[1].trials))
    found = planned(halves[1], baseline=halves[0]).resolutions[0].gate.noise
    assert found.baseline == pytest.approx(
        planned(second).resolutions[0].gate.noise.baseline, rel=0.05
    )


def test_real_changes_between_cases_limit_what_trials_can_do() -> None:
    generator = np.random.default_rng(0)
    before = {f"c{n}": [float(generator.random() < 0.5)] * 3 for n in range(100)}
    after = {key: [float(generator.random() < 0.5)] * 3 for key in before}
    old = make_run(before, system="old", id="old")
    plan = planned(make_run(after, system="new", id="new"), baseline=old)
    assert plan.limited
    ways = {option.name: option.design for option in plan.options}
    assert ways["more trials in both arms"] is None
    assert ways["more cases"] is not None
    assert "no number of trials" in recommendation(plan)


def test_baseline_trials_are_recommended_where_they_do() -> None:
    plan = plan_assumed([policy(0.045)], design=TODAY, score=0.85, flips=0.085, simulated=False)
    assert plan.best is not None and plan.best.name == "more baseline trials"
    assert plan.best.per_check is not None and plan.best.per_check.trials == 200
    assert "paid once" in recommendation(plan)


def test_enough_is_enough() -> None:
    plan = plan_assumed([policy(0.2)], design=TODAY, score=0.85, flips=0.085, simulated=False)
    assert plan.enough and plan.options == () and plan.best is None
    assert recommendation(plan).startswith("Spend nothing more")


def test_clusters_count_as_their_number_and_not_as_their_cases() -> None:
    alone = planned(pilot(200)).resolutions[0]
    grouped = planned(pilot(200, clusters=20)).resolutions[0]
    assert grouped.gate.per_unit == 10
    # The same noise, on fewer units: the pseudo-units weigh more.
    assert grouped.formula == pytest.approx(alone.formula, rel=0.05)
    assert grouped.confirms > 1.5 * alone.confirms


def test_the_simulated_gate_agrees_with_the_plan() -> None:
    design = replace(TODAY, cases=100)
    gates = [assumed_gate(policy(0.083), score=0.85, flips=0.085)]
    pool = sources_of(None, gates, flips=0.085)
    assert pool is not None
    power = simulate(pool, gates, design, work=100_000)[0]
    assert power.confirmed == pytest.approx(0.8, abs=4 * power.error + 0.02)
    assert power.found == pytest.approx(0.8, abs=4 * power.error + 0.02)
    assert power.alarmed <= 0.05 + 3 * power.error


def test_every_drawn_comparison_is_told_with_their_number() -> None:
    told: list[int] = []
    gates = [assumed_gate(policy(0.083), score=0.85, flips=0.085)]
    pool = sources_of(None, gates, flips=0.085)
    assert pool is not None
    power = simulate(pool, gates, replace(TODAY, cases=40), work=1, watch=told.append)[0]
    assert told == [2 * power.runs] * (2 * power.runs)


def test_nothing_is_simulated_where_it_would_take_minutes() -> None:
    design = Design(cases=1_000_000, baseline=1_000, candidate=1_000)
    plan = plan_assumed([policy()], design=design, score=0.85, flips=0.085)
    assert plan.resolutions[0].power is None
    assert plan.enough


@pytest.mark.parametrize(
    ("cases", "margin", "obstacle", "advice"),
    [
        (1, 0.02, "has 1 case, and every verdict needs at least 10", "Add 1,338 cases."),
        (200, 1.0, "this gate can never fail", "Mend first what is named below"),
        (200, 0.9, "no loss can exceed its margin", "Mend first what is named below"),
    ],
)
def test_what_can_never_decide_comes_before_any_other_advice(
    cases: int, margin: float, obstacle: str, advice: str
) -> None:
    design = replace(TODAY, cases=cases)
    plan = plan_assumed([policy(margin)], design=design, score=0.85, flips=0.085, simulated=False)
    assert [obstacle in text for text in plan.obstacles] == [True]
    assert recommendation(plan).startswith(advice)
    assert "resolves today" not in recommendation(plan)
    assert "Mend first:\n!" in plan_in_words(plan)


def test_a_small_margin_and_a_large_power_are_printed_as_they_were_written() -> None:
    tight = policy(0.0025, power=0.99995)
    text = plan_in_words(
        plan_assumed([tight], design=TODAY, score=0.85, flips=0.085, simulated=False)
    )
    assert "correct  0.25\N{NO-BREAK SPACE}pt " in text
    assert "in 99.995 % of checks" in text
    per_cent = replace(assumed_gate(policy(0.125), score=0.5, spread=0.1), metric=TOKENS)
    assert scale_of_gate(per_cent).size(0.125) == "12.5 %"
    assert scale_of_gate(replace(per_cent, policy=policy(1e-7))).size(0.1) == "10.0000 %"


@pytest.mark.parametrize("cases", [1, 25, 200, 900, 999_999])
def test_a_number_on_the_axis_is_whole_or_left_out(cases: int) -> None:
    plan = plan_assumed(
        [policy()], design=replace(TODAY, cases=cases), score=0.85, flips=0.085, simulated=False
    )
    last = plan_in_words(plan, width=78).rstrip().splitlines()[-1]
    assert f"◆ {cases:,}" in last
    assert set(last.replace("◆", "").replace("cases", "").split()) <= {
        "20", f"{cases:,}", "1,000", "2,000", f"{4 * cases:,}"
    }  # fmt: skip


def test_one_trial_is_no_trials() -> None:
    assert "with 1 baseline trial and 1 candidate trial;" in plan_in_words(planned(pilot(20, 1)))


def test_a_simulation_from_a_pilot_is_the_same_every_time() -> None:
    run = pilot(40, 2, clusters=20)
    gates = gates_of(run, [policy(0.1)])
    pool = sources_of(run, gates, flips=None)
    assert pool is not None
    today = Design(cases=40, baseline=2, candidate=1)
    first = simulate(pool, gates, today, work=6_000)
    assert first == simulate(pool, gates, today, work=6_000)
    assert first != simulate(pool, gates, today, work=6_000, seed=1)


@pytest.mark.parametrize(
    ("run", "policies", "words"),
    [
        (pilot(8), [policy()], "at least 10"),
        (pilot(30, clusters=1), [policy()], "in one cluster"),
        (pilot(30), [policy(1.0)], "can never fail"),
        (make_run({f"c{n}": [0.0, 0.0] for n in range(40)}), [policy()], "cannot get worse"),
        (make_run({f"c{n}": [float(n == 0)] for n in range(40)}), [policy(0.05)], "can exceed"),
        (pilot(30), [policy(metric="recall")], "was not measured"),
        (pilot(30), [Policy(metric="correct", floor=0.0)], "everything reaches it"),
        (pilot(30), [Policy(metric="correct", floor=1.0)], "an unchanged candidate would fail"),
        (pilot(30), [Policy(metric="correct", role="info")], "Nothing is gated"),
        (pilot(15), [policy()], "never rule one out"),
    ],
)
def test_gates_that_never_fire_are_named(run: Run, policies: list[Policy], words: str) -> None:
    plan = planned(run, *policies)
    assert any(words in text for text in plan.obstacles), plan.obstacles
    assert words.split(maxsplit=1)[0] in plan_in_words(plan, width=1000)


def test_too_many_gates_for_so_few_cases_are_named() -> None:
    policies = [policy(metric=f"m{n}") for n in range(120)]
    plan = plan_assumed(policies, design=replace(TODAY, cases=10), score=0.85, spread=0.3)
    # 0.5^11 = 0.00049 > 0.05 / 120
    assert sum("never say regressed" in text for text in plan.obstacles) == 120
    assert plan.resolutions[0].detects is None


def test_pass_hat_k_needs_k_trials() -> None:
    metric = MetricRecord(spec=Spec(name="pass^k", params={"k": 4}), better="higher", bounds=(0, 1))
    run = make_run({f"c{n}": [1.0, 0.0] for n in range(40)}, metric=metric)
    plan = planned(run, policy(metric=metric.label))
    assert any("set repeats=4" in text for text in plan.obstacles)


def test_times_of_separate_sessions_never_gate() -> None:
    metric = MetricRecord(spec=Spec(name="latency"), better="lower", bounds=None, unit="seconds")
    run = make_run({f"c{n}": [1.0, 1.2] for n in range(40)}, metric=metric)
    plan = planned(run, policy(0.1, metric="latency"))
    assert any("separate sessions never gate" in text for text in plan.obstacles)


def test_metrics_without_bounds_are_planned_in_per_cent() -> None:
    generator = np.random.default_rng(1)
    metric = MetricRecord(spec=Spec(name="tokens"), better="lower", bounds=None, unit="tokens")
    run = make_run(
        {f"c{n}": list(generator.normal(1000, 100, 3)) for n in range(100)}, metric=metric
    )
    plan = planned(run, policy(0.10, metric="tokens"), trials=(3, 3))
    found = plan.resolutions[0]
    # Miller: 2.486 times the root of two thirds of 0.1 squared, over 10
    assert found.formula == pytest.approx(0.0203, rel=0.1)
    assert "10.0" in plan_in_words(plan)


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ({"score": 0.85, "flips": 0.3}, "fewer than 25.5 %"),
        ({"score": 1.2, "flips": 0.1}, r"must lie in \[0, 1\]"),
        ({"score": 0.8}, "how noisy"),
        ({"score": 0.8, "flips": 0.1, "spread": 0.1}, "once"),
        ({"score": 0.8, "spread": 0.0}, "--spread must be positive, got 0:"),
        ({"score": 0.8, "flips": 0.0}, "--flips must be positive, got 0:"),
        ({"score": 0.8, "flips": float("nan")}, "--flips must be positive, got nan"),
        ({"score": 85.0, "flips": 0.1}, "85 % is --score 0.85"),
        ({"score": 1.0, "flips": 0.1}, "every case always passes.*such as 0.98"),
        ({"score": 0.0, "spread": 0.1}, "every case always fails.*such as 0.02"),
        ({"score": 0.8, "spread": 0.6}, "at most 0.566"),
    ],
)
def test_assumptions_that_contradict_themselves_are_refused(
    numbers: dict[str, float], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        plan_assumed([policy()], design=TODAY, **numbers)  # type: ignore[arg-type]


@given(st.floats(0.05, 0.95), st.floats(0.01, 0.99))
def test_the_concentration_gives_the_flips_back(score: float, share: float) -> None:
    flips = share * 2 * score * (1 - score)
    kappa = concentration(score, flips)
    assert 2 * score * (1 - score) * kappa / (kappa + 1) == pytest.approx(flips)


def test_the_curve_falls_and_meets_the_margin_where_the_plan_says() -> None:
    plan = plan_assumed([policy()], design=TODAY, score=0.85, flips=0.085, simulated=False)
    curve = curve_of(plan, plan.resolutions[0])
    assert list(curve.margins) == sorted(curve.margins, reverse=True)
    cases = next(option.design for option in plan.options if option.name == "more cases")
    assert cases is not None and curve.needed == cases.cases
    picture = draw(curve, width=60, show=("6.2 pt", "4.0 pt", "0.0 pt"))
    assert "◆ 200" in picture and max(map(len, picture.splitlines())) <= 60


@settings(max_examples=25)
@given(st.integers(20, 50_000), st.integers(40, 120))
def test_every_picture_fits_its_width(cases: int, width: int) -> None:
    gate = plan_assumed([policy()], design=replace(TODAY, cases=20), score=0.85, spread=0.4)
    plan = replace(gate, today=replace(TODAY, cases=cases))
    curve = curve_of(plan, plan.resolutions[0])
    assert max(map(len, draw(curve, width=width).splitlines())) <= width


def test_the_page_shows_a_curve_for_each_gate_and_escapes_names() -> None:
    run = pilot(100)
    run = replace(run, suite="<script>alert(1)</script>")
    text = render_plan(planned(run))
    assert text.count('<svg class="chart"') == 1
    assert "Today 100 cases resolve" in text
    assert "<script>alert" not in text
    assert "recommended" in text


def test_the_document_is_json_with_stable_keys() -> None:
    import json

    plan = planned(pilot(100))
    document = json.loads(json.dumps(plan_as_json(plan), allow_nan=False))
    assert document["gates"][0]["metric"] == "correct"
    assert document["recommended"] in {option["name"] for option in document["options"]}
    assert {"calls", "tokens", "money", "seconds", "trials"} == set(document["per_trial"])


def test_a_metric_made_of_as_many_trials_as_there_are_is_named_and_not_planned() -> None:
    record = MetricRecord(
        spec=Spec(name="pass^k", params={"k": 2}),
        better="higher",
        bounds=(0.0, 1.0),
        aggregate=Aggregate(kind="pass^k", k=2),
    )
    run = make_run({f"c{n}": [1.0, float(n % 3 > 0)] for n in range(60)}, metric=record)
    plan = planned(run, policy(0.05, record.label))
    assert not gates_of(run, [policy(0.05, record.label)])
    assert any("is not planned" in text and "with 4 trials" in text for text in plan.obstacles)
