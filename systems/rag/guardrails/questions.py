"""Questions: guards that refuse a question before anything is looked up for it."""

import re
from dataclasses import dataclass

from holdfast.system import Spec
from systems.rag.guardrails.classifier import Classifier
from systems.rag.guardrails.guard import Alarm
from systems.rag.guardrails.orders import ORDERS_VERSION, find_order
from systems.rag.guardrails.personal import PERSONAL_VERSION, find_personal
from systems.rag.guardrails.reveal import plain, reveal

__all__ = ["HarmGuard", "InjectionGuard", "PersonalGuard", "TopicGuard"]

_AIM = (
    r"(?:how (?:do|can|could|would|might|should) (?:i|we|one|you|somebody|someone)|help me(?: to)?|"
    r"(?:tell|show|teach|explain to) me how to|explain how to|(?:a |the )?(?:best |easiest )?way"
    r"s? to|steps to|i (?:want|need|would like|plan) to|write|draft|make|create|give me)"
)
_DEED = (
    r"(?:forg(?!et|ot|iv)|falsif|fak|backdat|pre-?dat|doctor|tamper|blackmail|brib|steal|hack|"
    r"crack|poison|jam|sabotag|smuggl|launder|phish|spy on|stalk|bully|harass|threaten|dox|leak|"
    r"crash|get (?:around|past) [^.?!]{0,20}(?:lock|rule|check|control|inspect|alarm|audit|"
    r"password|filter|limit|approv|ban|polic|secur|safe|guard)|get into someone|"
    r"break into|pick the lock|cover up|(?:hid|conceal)\w* (?!(?:\w+ ){0,2}?(?:columns?|rows?|"
    r"fields?|menus?|buttons?|sheets?|cells?|cables?|panels?|windows?|tabs?|names?|titles?)\b)|"
    r"trick|deceiv|impersonat|"
    r"copy the signing key|switch off the (?:alarm|safety)|disable the (?:alarm|safety))"
)
_WARDED = (
    r"(?!recogni|detect|report|spot|notic|prevent|stop|avoid|protect|avert|handle|check|find|guard)"
)
"""Who asks how to notice a deed does not ask how to do it."""
_HARM = re.compile(
    rf"\b{_AIM}\s+(?:{_WARDED}\w+ ){{0,3}}?{_DEED}\w*"
    r"|\bwithout (?:being|getting|anyone|anybody|a trace|leaving|them|him|her|people)\b[^.?!]{0,20}"
    r"\b(?:caught|notic\w*|seen|detected|found out|trace|knowing|realis\w*)"
    r"|\bso that (?:nobody|no one|no-one) (?:will )?(?:notices?|sees?|finds?|knows?)"
    rf"|\b{_AIM}\s+(?:\w+ ){{0,3}}?(?:malware|ransomware|keylogger|virus|explosives?|bomb)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InjectionGuard:
    """Refuses questions that give the system orders about itself, also hidden ones."""

    classifier: Classifier
    threshold: float = 0.8
    """Probability of an order from which a question without known wording is refused."""

    @property
    def spec(self) -> Spec:
        return _spec("injection", self.classifier, self.threshold, version=f"1-{ORDERS_VERSION}")

    def __call__(self, question: str, /) -> tuple[Alarm, ...]:
        text = plain(question)
        hidden = reveal(question)
        ordered = find_order(text) or next(
            (one.how for one in hidden if find_order(one.text) or one.how == "tag characters"), ""
        )
        if not ordered and self.classifier("order", [text])[0] < self.threshold:
            return ()
        return (Alarm(guard="injection", kind="injection", where="question", text=text),)


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicGuard:
    """Refuses questions that have nothing to do with the company's work."""

    classifier: Classifier
    threshold: float = 0.35
    """Probability of the company's work below which a question is refused."""

    @property
    def spec(self) -> Spec:
        return _spec("topic", self.classifier, self.threshold)

    def __call__(self, question: str, /) -> tuple[Alarm, ...]:
        if self.classifier("topic", [plain(question)])[0] >= self.threshold:
            return ()
        return (Alarm(guard="topic", kind="off_topic", where="question", text=question),)


@dataclass(frozen=True, slots=True, kw_only=True)
class HarmGuard:
    """Refuses questions that ask for help with fraud, theft, sabotage or hurting somebody."""

    classifier: Classifier
    threshold: float = 0.85
    """Probability of harm from which a question without known wording is refused."""

    @property
    def spec(self) -> Spec:
        return _spec("harm", self.classifier, self.threshold, version="3")

    def __call__(self, question: str, /) -> tuple[Alarm, ...]:
        text = plain(question)
        likely = self.classifier("harm", [text])[0]
        if not _HARM.search(text) and likely < self.threshold:
            return ()
        return (Alarm(guard="harm", kind="harm", where="question", text=question),)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalGuard:
    """Refuses questions that hold data about people, which would go on to a model and into logs."""

    @property
    def spec(self) -> Spec:
        return Spec(name="personal-question", version=f"1-{PERSONAL_VERSION}")

    def __call__(self, question: str, /) -> tuple[Alarm, ...]:
        return tuple(
            Alarm(guard="personal-question", kind="personal_data", where="question", text=one.kind)
            for one in find_personal(plain(question))
        )


def _spec(name: str, classifier: Classifier, threshold: float, *, version: str = "1") -> Spec:
    return Spec(
        name=name,
        params={"threshold": threshold},
        version=version,
        artifacts={"classifier": classifier.spec.digest},
    )
