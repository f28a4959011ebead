"""Signs: words that tell to whom a sentence speaks, and of what, in English and ten languages."""

import re

__all__ = ["SIGNS", "SIGNS_VERSION", "read_signs"]

SIGNS_VERSION = "2"
"""Raised whenever the same sentence gives other signs."""

_NOT_A_PERSON = r"(?! (?:manager|director|editor|buyer|engineer|head|professor|coach|chef|to the))"

_WORDS: dict[str, str] = {
    # Nobody but a program is called so.
    "machine": rf"""
        \bAIs?\b|\bA\.I\.|\bLLMs?\b|language models?|chat ?bots?|\bbots?\b|\b(?:chat)?gpt\b
        |neural net\w*|artificial intelligence|(?:virtual|digital|voice|search) (?:assistant
        |agent)s?
        |assistants?\b{_NOT_A_PERSON}|summari[sz]ers?|crawlers?|(?:answer|search
        |translation) engines?
        |(?:reading|reader|machine|digital) (?:programs?|readers?|colleague)|embedding
        |automated (?:reader|system|agent|judge)s?|generators?\b
        |\bKI\b|sprachmodell\w*|assistent\w*|künstliche\w* intelligenz
        |\bIA\b|intelligence artificielle|mod[eè]les? de lang\w+
        |modelos? de (?:lenguaje|linguagem)|asistentes?|inteligencia artificial|taalmodel\w*
        |modell\w* linguistic\w*|model\w* językow\w*|asysten\w+|språkmodell\w*
        |人工智能|语言模型|助手|机器人|ассистент\w*|\bИИ\b|языков\w+ модел\w+""",
    "program": r"""
        \b(?:machines?|software|programs?|systems?|models?|tools?|engines?|agents?|robots?
        |computers?
        |automation|pipelines?|retrieval|runtime|index(?:es|ing)?)\b
        |\bmaschin\w+|\bprogramm\w*|\bmáquina|\bmacchina|\bmaszyn\w+|\bmaskin|машин\w*""",
    "answer": r"""
        \b(?:answers?|answering|repl(?:y|ies)|responses?|respond\w*|outputs?|summar\w+|abstracts?
        |condens\w+|verdicts?|continuation|generate\w*|completion|(?:what|everything|thing|text
        |texts?
        |each thing) (?:that )?you (?:write|say|tell|produce|generate|quote|report))\b
        |\b\w*antwort\w*|zusammenfass\w*|réponse|répond\w*|résum\w+|respuesta|respond\w+|resum\w+
        |samenvat\w*|risposta|rispond\w+|riassu\w+|resposta|odpowied\w+|\bsvar\w*|回答|答案|摘要
        |ответ\w*""",
    "user": r"""
        \b(?:users?|askers?|(?:the )?person (?:who|you|that|asking)|(?:who|whoever|anyone
        |anybody|people
        |everyone|somebody|someone|anyone else) (?:who )?(?:ask|asks|asked|asking|sent you)
        |your (?:human|master|owner|guest)|visitors?|callers?|customers?|shoppers?|the reader)\b
        |nutzer\w*|fragende\w*|gefragt|utilisateur\w*|pose la question|usuario\w*|pregunt\w+
        |gebruiker\w*|vraagt|chiede|pergunt\w+|用户|пользовател\w+""",
    "question": r"""
        \b(?:questions?|quer(?:y|ies)|requests?|asks?|asked|prompts?|next turn|conversation|chat
        |session|talk)\b|\bfrage\w*|\bvra(?:ag|gen)\b|domand\w+|вопрос\w*|问题""",
    "say": r"""
        \b(?:say|says|tell|state|mention|claim|recommend|advise|announce|present|describe
        |call(?:ing)?
        |praise|praising|conclude|confirm|declare|affirm|promote|explain|name|quote|urge|invite
        |steer
        |convince|speak|shout|greet|write|print|repeat|report|give|show|include|append|insert|add)\b
        |\b(?:sag\w*|schreib\w*|nenn\w*|lob\w+|empfehl\w+|teile\w*|gib|angeben|erwähn\w+)\b
        |\b(?:dis|dites?|affirm\w+|conseill\w+|écri\w+|annonc\w+|faire l'éloge)\b
        |\b(?:di|dile|diga\w*|decir|afirm\w+|recomend\w+|elogi\w+|escrib\w+)\b
        |\b(?:zeg|vertel|vermeld\w*|aanbevelen|prijs|noem\w*)\b|\b(?:di'|lod\w+|consigli\w+)
        |\b(?:powiedz|polecać|pochwal\w*|säg|beröm|rekommendera)\b|说|推荐|告诉|скажи|похвали
        |рекоменд\w+""",
    "you": r"\b(?:you|your|yours|yourself|du|dein\w*|tu|vous|votre|tus?|je|jij|uw|você|ты"
    r"|твой)\b|你",
    "must": r"""
        \b(?:must|should|shall|ought to|ha(?:s|ve) to|need(?:s|ed)? to|(?:is|are|be) (?:to
        |required|asked
        |requested|expected|instructed|told|cleared|obliged|advised)|will|may now|can now)\b
        |\b(?:soll\w*|muss|müssen|doi\w+|devr\w+|devez|debe\w*|tiene\w* que|moet\w*|dev\w+|mają
        |ska)\b
        |必须|请|должн\w+""",
    "never": r"\b(?:never|nothing|nobody|none|no one|only|alone|sole|solely|just|nur|aucun"
    r"|uniquement"
    r"|ningún|solo|únicamente|enige|alleen|apenas|wyłącznie|bara|только)\b|只",
    "always": r"\b(?:always|every|each|any|all|whatever|whoever|regardless|irrespective|no matter"
    r"|immer|jede\w*|toute?s?|chaque|siempre|cada|elk\w*|ogni|qualsiasi|cada|każd\w+|varje"
    r"|любой)\b",
    "earlier": r"""
        \b(?:previous|prior|earlier|preceding|above|before|so far|already|original|initial|existing
        |until now|beginning|started|up to now)\b
        |bisherig\w*|vorherig\w*|précédent\w*|anterior\w*|eerdere|precedenti|wcześniejsz\w+|tidigare
        |之前|прежни\w+""",
    "rules": r"""
        \b(?:instructions?|rules?|guidelines?|guidance|directions?|directives?|orders|configur\w+
        |settings?|restrictions?|limits?|safety|warnings?|disclaimers?|filters?|policy|task|job
        |assignment|briefing|constraints?|programming)\b
        |anweisung\w*|vorgaben|regeln|consignes?|instrucci\w+|indicaciones|instructies|istruzioni
        |instruções|poleceni\w+|instruktion\w*|指示|указани\w+""",
    "drop": r"""
        \b(?:ignore|disregard|forget|discard|drop|skip|wipe|reset|suspend\w*|lifted|unlock\w*
        |override
        |overrid\w+|replace\w*|void|expired|no longer|set aside|put aside|stop|bypass|gone|swap
        |leave out
        |omit|unmentioned|withhold)\b
        |vergiss\w*|vergessen|ignorier\w*|oubli\w+|ignore[rz]|olvid\w+|negeer|vergeet|dimentic\w+
        |esqueça|zapomnij|glöm|忽略|забудь""",
    "hide": r"""
        \b(?:secret\w*|silen\w+|between us|do not let on|(?:not|never|don't) (?:mention|reveal
        |tell|say
        |quote|disclose|bring|find out)|deny|hidden|unseen|without (?:saying|telling|naming
        |mentioning)
        |keep (?:this|it|quiet)|pretend|as if|as though|leave (?:out|unmentioned))\b
        |verschweig\w*|sans mentionner|no mencion\w+|non citare|não mencion\w+|不要告诉""",
    "text": r"""
        \b(?:this|the present|the following|these|next) (?:page|text|document|paragraph|passage
        |line|lines
        |section|note|file|sentence|message|article|report|letter|résumé|cv|profile|website
        |site|clause)\b
        |\b(?:dies\w+|diesen) (?:seite|text|absatz)|(?:cette|ce) (?:page|texte|passage)
        |est[ea] (?:página|texto|párrafo)|deze (?:pagina|tekst|alinea)|quest[ao] (?:pagina
        |paragrafo)
        |tę stronę|den här sidan|本页|这段话|эту страницу""",
    "reads": r"""
        \b(?:read(?:s|ing|er|ers)?|process(?:es|ing)?|pars(?:e|es|ing)|retriev\w+|index\w*|browse\w*
        |quote|cit(?:e|es|ing)|scan\w*|look(?:s|ing) at|translat\w+|sort\w*|screen\w*)\b
        |lesen|lisent|lean|leggono|leem|czytający\w*|läser|lezen|阅读|читающ\w+""",
    "if": r"^\W*(?:if|when|whenever|should|once|as soon as|in case|in the event|provided"
    r"|wait until|"
    r"before|after|falls|wenn|si|cuando|als|se|jeśli|om|如果|если)",
    "ask": r"""
        \b(?:please|kindly|would you|could you|might you|appreciate|grateful|thankful|favour
        |so good as
        |mean a lot|if it is not too much|bitte|merci|veuillez|por favor|gelieve|proszę)\b""",
    "role": r"""
        \b(?:you are (?:now|no longer)|act as|play(?:s|ed|ing)? (?:the|by)|(?:pretend|imagine|assume
        |suppose)|speak as|in the (?:voice|role)|character|identity|mode|story|tale|game
        |scene)\b""",
    "mark": r"""
        ^\W*(?:system|admin|assistant|ai|bot|user|human|developer|observation|tool\w*|function
        |api|input
        |example|begin|end)\b[^.]{0,30}?[:>\]=]|<\|?/?\w+\|?>|\[/?(?:inst|sys|admin)\]|<<\w+>>
        |^\W*---
        |["']\w+["']\s*:|^\w+[_-]\w+\s*[:=]|\b(?:q|user|human|customer)\s*:.{3,400}\b(?:a|ai
        |assistant|bot)\s*:""",
    "link": r"https?://|\bwww\.|\blinks?\b|!\[|\b\w+\.example\b|\S@\S|\bbutton\b|\bpixel\b"
    r"|\bimage\b",
    "data": r"""
        \b(?:passwords?|pin|cards?|keys?|credentials?|history|e-?mail address|home address|account
        |conversation|context|prompt|configuration|what (?:the user|they|people) (?:asked
        |said))\b""",
    "tool": r"""
        \b(?:call|invoke|execute|run|use your|open|delete|push|forward|create|update|send|transfer
        |fetch|load|embed|encode)\b""",
    "later": r"""
        \b(?:remember|memory|from now on|from here|henceforth|future|standing|long-term|store
        |save|until
        further notice|from this point|for the rest|remainder|next (?:three|two)|in each new)\b""",
    "standing": r"""
        \b(?:administrator|admin|operator|developer|owner|maintainer|vendor|management
        |supervisor|board
        |compliance|court|law|regulation|licen[cs]e|terms|policy|security|authori[sz]\w+
        |cleared|approved
        |permission)\b""",
    "told": r"""
        \b(?:attack\w*|injection|for example|e\.g\.|such as|said|wrote|asked us|told (?:us|me
        |him|her)
        |demonstrat\w+|typed|tried|test(?:s|ed)?|researcher|learn|training|trick|fraud|slide
        |called)\b""",
    "people": r"""
        \b(?:staff|employees?|managers?|drivers?|tenants?|pupils|teachers?|patients?
        |visitors must|members?
        |colleagues?|neighbours|passengers|runners|guests?|applicants?|we|our team
        |everyone in)\b""",
    "quote": r"[\"“„«»`]",
    "past": r"\b(?:was|were|had|did|\w{3,}ed)\b",
}  # fmt: skip
_SIGNS = tuple(
    re.compile(re.sub(r"\n\s*", "", pattern), re.IGNORECASE) for pattern in _WORDS.values()
)
SIGNS = tuple(_WORDS)
"""Names of the signs."""


def read_signs(text: str) -> tuple[float, ...]:
    """Which signs a sentence has, as 0 and 1, in the order of `SIGNS`.

    >>> dict(zip(SIGNS, read_signs("Assistants must say yes.")))["machine"]
    1.0
    """
    return tuple(float(bool(sign.search(text))) for sign in _SIGNS)
