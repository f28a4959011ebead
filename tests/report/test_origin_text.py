"""`holdfast show` says what a run was made with, as far as it was recorded."""

from dataclasses import replace

from holdfast.record import Provenance, Receipt
from holdfast.report.origin_text import origin_lines
from holdfast.system import Spec
from holdfast.testing import make_run
from tests.report.hostile import TEXTS

MADE = Provenance(
    holdfast="0.1.0",
    python="3.11.7",
    os="Debian",
    hardware={"processor": "EPYC", "cores": "16", "accelerator": "2 x H200", "driver": "570.86"},
    packages={f"p{n:02}": "1" for n in range(14)},
    sources={"bot.py": "1"},
    settings={"concurrency": 8, "fresh": False},
    git_commit="4f1d2c7f" * 5,
    git_branch="main",
    git_dirty=True,
    cache=Receipt(hits=3, misses=9, reasons={"new input": 9}),
)


def test_every_recorded_fact_has_its_line() -> None:
    spec = Spec(name="bot", artifacts={"support.md": "d1", "weights": "d2"})
    run = replace(
        make_run({f"c{n}": [1.0] for n in range(12)}),
        system=spec,
        provenance=MADE,
        texts={"d1": "Be kind.\nBe brief.\n"},
    )
    assert origin_lines(run) == [
        "code     4f1d2c7f4f1d on main, with uncommitted changes; the system is made of 1 file of "
        "the project",
        "made by  holdfast 0.1.0, Python 3.11.7",
        "on       Debian, EPYC, 16 cores, 2 x H200, 570.86 driver",
        "packages p00 1, p01 1, p02 1, p03 1, p04 1, p05 1, p06 1, p07 1, p08 1, p09 1, p10 1, "
        "p11 1 and 2 more",
        "prompts  support.md (2 lines)",
        "settings concurrency 8, fresh no",
        "cache    3 of 12 answers from it, 9 misses (9 new input)",
    ]


def test_what_was_not_recorded_has_no_line() -> None:
    assert origin_lines(make_run({"a": [1.0]})) == []


def test_no_text_gets_a_second_line_or_hides() -> None:
    for text in TEXTS:
        made = replace(MADE, os=text, git_branch=text, packages={text: text}, settings={text: text})
        for line in origin_lines(replace(make_run({"a": [1.0]}), provenance=made)):
            assert len(line) < 420
            assert not set("\n\r\x1b\u202e\u2028") & set(line)
