"""Document: the whole study as Markdown."""

from collections.abc import Sequence

from error_study.chapter import table
from error_study.checks import LIMIT, MARK, NOMINAL, Check, worst
from error_study.simulation import CHUNK

INTRODUCTION = f"""\
How often does the gate block a candidate that is no worse, how often does it see one that is, \
and how often does it call a loss safe? This page is written by a simulation that judges whole \
runs through the public API (`compare`, then `decide` with the profile `pr`, a margin of 2 \
points and alpha 0.05), next to the usual gates and to other statistics gates on the same \
samples.

Write it anew with `nox -s error_rates` (`-- --runs 4000` for smaller errors, `-- --only trials` \
for one section, which is then printed and not written here). An interrupted run goes on where \
it stopped. The session fails where a promise is broken: a rate of false alarms, or of wrong \
claims of safety, that lies more than {LIMIT:.0f} Monte-Carlo standard errors above \
{NOMINAL:.0f} %, or power that lies as far below the reference simulation behind the design. \
Such a rate is marked {MARK}."""

MODEL = """\
## How the data are made

Case *i* passes one trial with a probability of its own, *p*ᵢ ~ Beta(0.85 κ, 0.15 κ) with κ = \
0.5: most cases nearly always pass or nearly always fail, the mean is 85 %, and two single \
trials of one system disagree on 8.5 % of the cases, E[2*p*(1 − *p*)] = 2 · 0.85 · 0.15 · κ / (κ \
+ 1). Trials are independent given *p*ᵢ. A candidate that lost *D* has each case broken for good \
with probability *D* / 0.85: *p*ᵢ′ = 0, else *p*ᵢ′ = *p*ᵢ. Sections that use another model say \
so.

The usual gates: `mean lower` blocks where the mean is lower at all, `lower by 2 points` where \
it is lower by more than that, `unpaired z` where a one-sided z test of two independent samples \
says so at 5 %, with every trial taken for a case of its own.

Every entry has its Monte-Carlo standard error; a rate without one has the error of its \
neighbours. Random numbers depend on the seed and on the setting, so that all gates see the same \
samples and any part of this page can be made again."""

LIMITS = """\
## Limits

- The data are simulated, and a loss is a random subset of broken cases, or a few points in \
every score where a section says so. Real losses have other shapes.
- Where cases depend on each other and do not say so, no test can know: see the clusters that \
are not declared.
- The reference simulation uses the full p of its exact tests where trials are repeated, the \
gate mid-p; with few cases the gate therefore finds more.
- Other gates are judged by what they do at the level that matches ours, on our data. Each has \
uses that this page does not measure."""


def document(
    sections: Sequence[str], checks: Sequence[Check], *, runs: int, seed: int, version: str
) -> str:
    """The page."""
    head = (
        f"holdfast {version}, seed {seed}, up to {runs:,} runs of an entry, in chunks of {CHUNK}; "
        "fewer where a run takes long, and the error of the entry says so."
    )
    parts = ["# Error rates of the gate", INTRODUCTION, head, summary(checks), MODEL]
    return "\n\n".join((*parts, *sections, LIMITS)) + "\n"


def summary(checks: Sequence[Check]) -> str:
    """Promises, how many entries each was checked on, and the worst of them."""
    groups: dict[str, list[Check]] = {}
    for check in checks:
        groups.setdefault(check.group, []).append(check)
    rows = []
    for group, found in groups.items():
        worse = worst(found)
        rows.append(
            [
                group,
                str(len(found)),
                f"{worse.percent:.1f} for {worse.promised:.1f} ({worse.what.partition(': ')[2]})",
                f"{worse.excess:+.1f}",
                "kept"
                if worse.met
                else f"**broken in {sum(not one.met for one in found)}** {MARK}",
            ]
        )
    headers = ("promise", "entries", "worst entry, percent", "standard errors beyond", "")
    return "## In short\n\n" + table(headers, rows)
