"""Texts that try to leave the place where a report puts them."""

from dataclasses import replace

from holdfast.comparison import Change
from holdfast.gate import Verdict
from holdfast.judging.standing import JudgeStanding
from holdfast.metric import Failure
from holdfast.record import Receipt
from holdfast.system import Passage, Response, Spec, ToolCall
from tests.report.builders import (
    make_delta,
    make_finding,
    make_pair,
    make_slice,
    make_trial,
    make_verdict,
)

TEXTS = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</pre></details></style><iframe src='https://evil.example'></iframe>",
    "javascript:alert(1) [click](javascript:alert(1))",
    "![pixel](https://evil.example/p.png) <https://evil.example> www.evil.example a@evil.example",
    '" onmouseover="alert(1)" x="',
    "' autofocus onfocus='alert(1)",
    "{{ 7 * 7 }} {% include 'report.css' %} {# gone #}",
    "line\u2028separator\u2029paragraph\x85next",
    "nul\x00 bell\x07 escape\x1b[31mred\x1b[0m delete\x7f",
    "right-to-left \u202eoverride\u202c isolate \u2067x\u2069",
    "half \ud800 a character \udfff and none \ufffe\uffff",
    "zero\u200bwidth\ufeff tag\U000e0041",
    "@everyone #1 GH-2 owner/name#3 0123456789abcdef0123456789abcdef01234567",
    "pipe | back\\| tick ` two `` three ``` end\\",
    "``` \n# heading\n- [ ] task\n| a | b |\n| - | - |\n",
    "::error::owned\n::set-output name=x::y\r\n##[error]owned %0A%25",
    "]]> <!-- <![CDATA[ &lt; &amp; &#x3c;script&#x3e;",
    "a" * 50_000,
    "`" * 3_000,
    "|\\" * 3_000,
    "עברית العربية 漢字 e\u0301 👩‍👩‍👧 ｆｕｌｌ",
    "",
    " \n\t ",
)


def everywhere(text: str) -> Verdict:
    """A verdict that says the text wherever something untrusted can stand."""
    passage = Passage(id=text or "p", text=text)
    response = Response(
        text=text,
        data=text,
        passages=(passage,),
        tool_calls=(ToolCall(name=text, arguments={"a": text}, result=text, failed=True),),
    )
    label = text[:500] or "m"
    metric = replace(make_delta().metric, spec=Spec(name=label))
    delta = make_delta(metric, test=text)
    finding = make_finding(delta=delta, why=text, tags=(text,))
    trial = make_trial(response=response, metric=label, why=text)
    lost = make_trial(response=None, failure=Failure(stage="infrastructure", error=text), scores={})
    pair = make_pair(id=text or "c")
    case = replace(pair.case, input=text, expected={"passages": {passage.id: 1}}, tags=(text,))
    pair = replace(
        pair,
        case=case,
        baseline=(trial,),
        candidate=(trial, replace(lost, repeat=1)),
        scores={label: (1.0, 0.0)},
        states={label: "broken"},
    )
    verdict = make_verdict(
        (finding,),
        cases=(pair,),
        changes=(
            Change(what=text, baseline=text, candidate=text),
            Change(
                what=text,
                baseline=text,
                candidate=text,
                kind="prompt",
                name=text,
                texts=(text, f"{text}\nmore {text[::-1]}"),
            ),
            *(
                Change(what=text, baseline=text, candidate="(none)", kind=kind, name=text)
                for kind in ("parameter", "metric", "package", "code", "hardware", "setting")
            ),
        ),
        sentence=text,
        next_step=text,
        warnings=(text,),
        slices=(make_slice(text, metric=label),),
        problems=(text,),
        profile=text,
    )
    run = verdict.comparison.candidate
    provenance = replace(
        run.provenance,
        started=text,
        git_commit=text,
        origin=text,
        packages={text: text},
        platform=text,
        os=text,
        hardware={text: text},
        settings={text: text},
        sources={text: text},
        git_branch=text,
        cache=Receipt(hits=1, misses=1, reasons={text: 1}),
    )
    spec = Spec(name=text, artifacts={text: text})
    run = replace(run, id=text, system=spec, provenance=provenance, texts={text: text})
    comparison = replace(verdict.comparison, suite=text, dataset=text, candidate=run)
    judge = JudgeStanding(metric=text, state="refused", why=text, date=text, labels=3)
    return replace(verdict, comparison=comparison, judges=(judge,))
