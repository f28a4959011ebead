"""What docs/how-to/stop-early.md shows is what happens."""

import re
from pathlib import Path

from holdfast.config import load_config
from holdfast.dataset import Case, Dataset
from holdfast.options import RunOptions
from holdfast.policy import Policy
from holdfast.runner import run
from holdfast.suite import Suite
from holdfast.testing import ScriptedMetric, ScriptedSystem

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "stop-early.md"
BLOCKS = dict(re.findall(r"```(\w+)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL))


def test_the_settings_are_settings(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(BLOCKS["toml"], encoding="utf-8")
    (table,) = load_config(tmp_path, environ={}).suites["triage"]
    assert table.settings["on_inconclusive"] == "extend"


def test_the_python_stops_early() -> None:
    policies = (Policy(metric="scripted", margin=0.05),)
    suite = Suite(
        name="suite",
        dataset=Dataset(name="data", cases=[Case(id=str(n), input=str(n)) for n in range(200)]),
        metrics=(ScriptedMetric(default=1.0),),
        policies=policies,
    )
    baseline = run(suite, ScriptedSystem(default="a"), options=RunOptions(progress="none"))
    names = {
        "suite": suite,
        "policies": policies,
        "baseline": baseline,
        "system": ScriptedSystem(default="b"),
    }
    exec(BLOCKS["python"], names)  # noqa: S102  # the example of the page itself
    made = names["candidate"]
    assert made.sequence.looks[-1].outcome == "pass" and len(made.trials) < 200
