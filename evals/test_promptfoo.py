"""The extraction suite by promptfoo's own command line, gated beside its accepted results.

It is skipped where promptfoo cannot be installed: its registry is not ours to promise.
"""

from pathlib import Path

import pytest

from evals.chat_model import needs_chat_model
from evals.format_suites import EXTRACTION
from evals.promptfoo_cli import NotInstalled, installed
from holdfast.adapters.promptfoo import Evaluation, import_promptfoo
from holdfast.policy import Policy
from systems.prompting import variants
from systems.prompting.serving import served

pytestmark = needs_chat_model

CONFIG = Path(__file__).parent / "promptfoo" / "promptfooconfig.yaml"
MARGINS = {policy.metric: policy.margin for policy in EXTRACTION.policies}
POLICIES = (
    Policy(metric="field_exactness", margin=MARGINS["field_exactness"]),
    Policy(metric="passed", role="info"),
    Policy(metric="score", role="info"),
    Policy(metric="valid_json", margin=MARGINS["valid_json"], role="monitor"),
    Policy(metric="total_tokens", margin=0.1, role="info"),
    Policy(metric="cost", margin=0.1, role="info"),
    Policy(metric="latency", role="info"),
)


def test_promptfoo_finds_what_ships_as_good_as_ever(gate, tmp_path):
    try:
        promptfoo = installed()
    except NotInstalled as reason:
        pytest.skip(str(reason))
    results = tmp_path / "promptfoo.json"
    system = variants.live()
    with served(system) as address:
        promptfoo.evaluate(
            CONFIG, output=results, env={"HOLDFAST_SYSTEM_URL": address}, seconds=900
        )
    run = import_promptfoo(
        Evaluation(path=results), suite="extraction-promptfoo", system=system.spec
    )
    measured = {metric.label for metric in run.metrics}
    # Not every model behind the system tells its tokens or has a price.
    policies = [one for one in POLICIES if one.metric in measured or one.role != "info"]
    gate.recorded(run, policies=policies)
