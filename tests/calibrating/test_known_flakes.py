"""A case that broke, and is known to be flaky, says so."""

from pathlib import Path

from holdfast.calibrating.ledger import Entry, Outing, write_ledger
from holdfast.commands.ruling import judge
from holdfast.config import Config
from holdfast.report import render_terminal
from holdfast.store import baseline_path
from holdfast.testing import make_run


def test_the_ledger_beside_the_baseline_explains_a_flip(tmp_path: Path) -> None:
    before = make_run({f"c{index}": [1.0] for index in range(30)})
    after = make_run({f"c{index}": [float(index > 1)] for index in range(30)}, id="b")
    history = tuple(Outing(run=f"r{n}", system="x", passed=n % 2, trials=1) for n in range(4))
    folder = baseline_path("suite", "system", root=tmp_path)
    folder.mkdir(parents=True)
    write_ledger([Entry(case="c1", metric="correct", history=history)], folder)
    verdict = judge(before, after, config=Config(root=tmp_path, store=tmp_path))
    known = {pair.case.id: pair.flake_rate for pair in verdict.comparison.cases}
    assert (known["c0"], known["c1"]) == (None, 4 / 6)
    text = render_terminal(verdict)
    assert text.count("known to be flaky: 67 % of pairs of its earlier trials disagree") == 1
