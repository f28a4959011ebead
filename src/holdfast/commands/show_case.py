"""One case of a run: what was asked, what each trial answered, and why it was scored so."""

from typing import TYPE_CHECKING

from holdfast.errors import UsageError

if TYPE_CHECKING:
    from holdfast.record import CaseRecord, Run, TrialRecord

__all__ = ["case_document", "case_text"]


def case_text(run: "Run", key: str) -> list[str]:
    """Lines that show the case and all its trials in full.

    Raises:
        UsageError: the run has no such case.
    """
    from holdfast.report.answer_view import output_of
    from holdfast.report.untrusted import as_text, clean

    case, trials = _found(run, key)
    lines = [f"case     {case.id}", f"run      {run.id}"]
    if case.tags:
        lines.append(f"tags     {', '.join(case.tags)}")
    for name, value in (("input", case.input), ("expected", case.expected)):
        if value is not None:
            lines += ["", f"{name}:", as_text(value)]
    for trial in trials:
        lines += ["", f"trial {trial.repeat + 1}: {output_of(trial) or 'no answer'}"]
        calls = trial.response.tool_calls if trial.response else ()
        for call in calls:
            lines += [f"  called {call.name}({as_text(dict(call.arguments))})"]
            if call.result is not None:
                lines += [f"    {'failed' if call.failed else 'result'}: {call.result}"]
        passages = trial.response.passages if trial.response else ()
        lines += [f"  retrieved {passage.id}" for passage in passages]
        lines += _scores(trial)
    return [clean(line) for line in lines]


def case_document(run: "Run", key: str) -> dict[str, object]:
    """The case and its trials as a stored run writes them.

    Raises:
        UsageError: the run has no such case.
    """
    import json

    from holdfast.storage.codec import case_line, trial_line

    case, trials = _found(run, key)
    rows = [json.loads(trial_line(trial)) for trial in trials]
    return {"run": run.id, "case": json.loads(case_line(case)), "trials": rows}


def _found(run: "Run", key: str) -> "tuple[CaseRecord, list[TrialRecord]]":
    from difflib import get_close_matches

    cases = {case.id: case for case in run.cases}
    if key not in cases:
        close = ", ".join(get_close_matches(key, cases, n=3))
        hint = f"; did you mean one of: {close}?" if close else ""
        raise UsageError(f"the run {run.id} has no case {key!r}{hint}")
    trials = [trial for trial in run.trials if trial.case_id == key]
    return cases[key], sorted(trials, key=lambda trial: trial.repeat)


def _scores(trial: "TrialRecord") -> list[str]:
    from holdfast.metric import Failure

    if trial.failure is not None:
        return [f"  {trial.failure.stage} failure: {trial.failure.error}"]
    lines: list[str] = []
    for metric, outcome in trial.scores.items():
        if isinstance(outcome, Failure):
            lines.append(f"  {metric}: {outcome.stage} failure: {outcome.error}")
        else:
            why = f", {outcome.why}" if outcome.why else ""
            lines.append(f"  {metric}: {outcome.value:.6g}{why}")
    return lines
