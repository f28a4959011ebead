"""Orders: sentences that tell a language model what to do, found by their words."""

import re

__all__ = ["ORDERS_VERSION", "find_order", "is_order"]

ORDERS_VERSION = "4"
"""Raised whenever other sentences count as orders."""

_EARLIER = (
    r"(?:previous|prior|earlier|preceding|above|other|existing|original|initial|all|any|your|the|"
    r"every|each)"
)
_RULES = r"(?:instructions?|prompts?|rules?|guidelines?|directions?|orders|constraints|programming)"
_MODEL = (
    r"(?:\bAIs?\b|\bA\.I\.|assistants?\b(?! (?:manager|director|editor|buyer|engineer|head|"
    r"professor|coach|chef|secretary))|language models?\b|\bLLMs?\b|chat ?bots?\b|\bbots?\b|"
    r"\b(?:Chat)?GPT\b|\bClaude\b|\bGemini\b|\bCopilot\b|summari[sz]ers?\b|neural networks?\b|"
    r"\bmodels? (?:reading|that reads?|processing)|automated (?:readers?|systems?|agents?))"
)
_SAY = (
    r"(?:say|reply|respond|answer|write|print|output|return|repeat|state|tell|append|include|add|"
    r"mention|end|begin|start|insert|display|show|claim|recommend|rate|reveal|send|forward|call)"
)
_UTTER = r"(?:say|reply|respond|answer|write|print|output|return|repeat|state|claim)"

_PATTERNS: tuple[tuple[str, str], ...] = (
    ("override", rf"\b(?:ignore|disregard|forget|override|bypass|neglect|set aside|discard|drop)\b"
     rf"[^.!?\n]{{0,40}}\b{_EARLIER}\b[^.!?\n]{{0,40}}\b{_RULES}\b"),
    ("override", r"\b(?:ignore|disregard|forget)\b (?:everything|anything|all|what(?! (?:i|we) "
     r"(?:asked|said|wrote|meant|typed))) [^.!?\n]{0,40}"
     r"\b(?:above|before|said|told|so far|earlier|previously)\b"),
    ("override", rf"\b(?:new|updated|real|actual|revised|urgent) (?:system )?{_RULES}\s*(?::|"
     rf"follow|for)"),
    ("override", rf"\b{_RULES} (?:above|before this|so far) (?:are|were|is|was) "
     r"(?:void|wrong|outdated|cancelled|obsolete|a test)"),
    ("role", r"<\|?(?:im_start|im_end|system|assistant|user|endoftext|eot_id)\b[^>\n]{0,20}\|?>"),
    ("role", r"\[/?(?:INST|SYS|SYSTEM)\]|<</?SYS>>|</?(?:system|instructions?|"
     r"admin)(?:[-_ ]\w+)?>"),
    ("role", r"(?:^|\n)[^\S\n]*(?:#{1,4}\s*)?(?:system|assistant|developer)(?: (?:prompt|message|"
     r"override|note))?"
     r"\s*(?::|\]|>)"),
    ("role", r"\b(?:end|begin|start) of (?:the )?(?:system|user|document|context|passages?|"
     r"prompt)\b"
     r"(?: (?:prompt|message|text|input))?\s*[\]\-=*#:.]"),
    ("persona", r"\byou (?:are|will be|must be) (?:now|no longer|henceforth|from now on)\b"),
    ("persona", r"\b(?:pretend|act|behave|speak|roleplay|play)\b (?:to be|that you|as if you|as "
     r"(?:an?|the) "
     r"(?:unrestricted|uncensored|evil|different|pirate|hacker|character))"),
    ("persona", r"\b(?:jailbreak|god|DAN|unrestricted) mode\b|\b(?:you are|you're|yourself|answer|"
     r"respond|reply|speak|act|enter|be|pretend)\b[^.!?\n]{0,40}\b(?:developer|admin|debug|"
     r"maintenance) mode\b"),
    ("persona", r"\b(?:without|no|free of|ignore|bypass|disable) (?:any |your |all |the "
     r")?(?:restrictions?|"
     r"filters?|safety|guardrails?|censorship|limitations?)\b"),
    ("address", rf"\b(?:attention|note|notice|message|instructions?|hint|memo|dear|hello|hey|hi|"
     rf"if you are|"
     rf"to|for)\b,?:? (?:to |for )?(?:any |all |the |every |an? )?{_MODEL}[^.!?\n]{{0,80}}"
     rf"\b(?:must|should|please|you|{_SAY})\b"),
    ("address", rf"{_MODEL}[^.!?\n]{{0,40}}\b(?:must|should|shall|are (?:required|asked|told|"
     rf"instructed)|"
     rf"has to|have to|needs? to|is to|are to|please)\b[^.!?\n]{{0,30}}\b{_SAY}\b"),
    ("demand", rf"\b(?:when|if|whenever|before|while) (?:you|anyone|someone|asked|answering|"
     rf"summari[sz]ing|"
     rf"responding|replying)\b[^.!?\n]{{0,60}}\b(?:asks?|asked|answer|summar\w+|question|respond|"
     rf"reply|this|it)"
     rf"\b[^.!?\n]{{0,40}},? (?:please |always |only |instead |just |simply |you must |do not |"
     rf"never )*"
     rf"\b{_SAY}\b"),
    ("demand", rf"\b(?:always|only|instead|just|simply|exactly|"
     rf"immediately)[, ]+{_SAY}\b[^.!?\n]{{0,20}}(?:[\"'“”‘’:`*]|\bthe (?:word|phrase|code|"
     r"sentence)\b)"),
    ("demand", rf"\b(?:always|only|instead|just|simply|exactly|immediately)[, ]+{_UTTER}\b"
     r"[^.!?\n]{0,20}\b(?:that|with)\b"),
    ("demand", rf"\b{_UTTER} (?:to )?(?:every|each|any|all) (?:\w+ )?(?:questions?|prompts?|"
     r"requests?|quer(?:y|ies)|one|person|user)\b[^.!?\n]{0,30}\b(?:with|by|that|in)\b"),
    ("demand", r"\b(?:answer|reply|response) to (?:every|each|any|all) (?:\w+ )?(?:questions?|"
     r"prompts?|requests?) (?:is|must|should|will)\b"),
    ("demand", rf"\b(?:whatever|no matter what|regardless of what|whichever question)\b"
     rf"[^.!?\n]{{0,30}}\b(?:asks?|asked|question|wants? to know)\b[^.!?\n]{{0,50}}\b{_UTTER}\b"),
    ("demand", r"\byour (?:only|sole|entire|whole|complete|one) (?:answer|reply|response|output|"
     r"word)\b"),
    ("demand", r"\b(?:begin|start|end|finish|close|open|conclude|append|include|add|mention|slip|"
     r"weave|work|put|place|insert|translate)\b[^.!?\n]{0,50}\byour (?:\w+ )?(?:answer|summary|"
     r"output|response)s?\b"),
    ("demand", rf"\b(?:instead of|rather than) (?:answering|an answer|replying|summari[sz]ing|the "
     rf"answer)\b[^.!?\n]{{0,40}}\b(?:{_UTTER}|ask|tell|give|show)\b"),
    ("demand", rf"\b(?:from (?:now|here|this point|today|this moment) on(?:wards?)?|henceforth|"
     rf"hereafter)\b,? (?:please |always |only )*(?:you (?:are|work for|answer|obey|follow|speak|"
     rf"say)\b|{_UTTER}\b|obey\b)"),
    ("demand", r"\byour (?:new|real|true|actual) (?:task|job|goal|mission|objective|"
     r"role|purpose|instructions?)\b"),
    ("demand", r"\b(?:combine|join|concatenate|put|glue|add)\b[^.!?\n]{0,40}\b(?:parts?|halves|"
     r"pieces|fragments|syllables)\b[^.!?\n]{0,60}\b(?:say|answer|reply|output|obey|follow|"
     r"respond)\b"),
    ("demand", r"\b(?:tell|advise|urge|direct|send|refer|point|invite|encourage) (?:the |all |"
     r"every |any )?(?:users?|readers?|person|people|everyone|everybody|anyone|whoever)\b"
     r"[^.!?\n]{0,60}(?:https?://|\bwww\.|\bclick\b|\blink\b)"),
    ("demand", r"\b(?:do not|don't|never) (?:mention|reveal|tell|say|disclose|let)\b[^.!?\n]{0,50}"
     r"\b(?:this (?:instruction|order|line|sentence|paragraph|message|command)|where (?:this|it|"
     r"you)|that you (?:were|have been|read|saw|follow))"),
    ("persona", r"\b(?:imagine|suppose|assume|let us pretend|let's (?:pretend|play))\b"
     r"[^.!?\n]{0,40}\b(?:you(?:'re| are| were| play)|game)\b[^.!?\n]{0,60}\b(?:assistant|model|"
     r"bot|robot|machine|computer|program|character|AI|rules|answer\w*|repl\w+|says?)\b"),
    ("persona", r"\b(?:robot|machine|computer|oracle|parrot|narrator|assistant|bot)\b"
     r"[^.!?\n]{0,60}\b(?:answers?|answered|repl(?:y|ies|ied)|says?|said|repeats?)\b "
     r"(?:to )?(?:every|each|all|any|only|nothing but|always)\b"),
    ("address", r"\b(?:I am|this is|we are|speaking as|signed by) (?:your|the) (?:\w+ )?(?:"
     r"developers?|administrators?|admins?|operators?|creators?|programmers?|makers?)\b"
     rf"[^.!?\n]{{0,60}}\b(?:you|must|authori[sz]\w+|{_UTTER})\b"),
    ("address", rf"\b(?:whoever|whatever|anything|any (?:tool|program|software)|if you|those who)"
     rf"\b[^.!?\n]{{0,20}}\bsummari[sz]\w+\b[^.!?\n]{{0,40}}\b(?:must|should|please|{_SAY})\b"),
    ("role", r"\b(?:tool|function|search|plugin|api)[ _-](?:result|output|call|response)s?"
     r"\s*[:=>\]]|[\"']role[\"']\s*:\s*[\"'](?:system|assistant|tool|developer)"),
    ("role", r"^\s*(?:AI|bot|chat ?bot|human|observation|thought)\s*:"),
    ("override", r"\b(?:ignore|disregard|forget)(?:all|any|the|your|every)*(?:previous|prior|"
     r"above|earlier)*(?:instructions|rules|prompts?|orders)\b"),
    ("demand", rf"\b{_SAY}\b (?:back )?(?:only |exactly |just )?(?:with |by |in )?(?:only |"
     rf"exactly |just )?"
     r"(?:the|this) (?:word|words|phrase|code|codeword|sentence|token|string|text|following)\b"),
    ("demand", r"\b(?:your|the) (?:answer|reply|response|output|summary)\b (?:must|should|has to|"
     r"shall|is to|"
     r"will|always) [^.!?\n]{0,30}\b(?:contain|include|begin|start|end|be|say|consist|read|finish|"
     r"open)"),
    ("demand", rf"\b{_SAY}\b (?:only|just|exactly|nothing but|always) (?:with|by)\b"),
    ("demand", r"\b(?:every|each|any|all) (?:answers?|repl(?:y|ies)|responses?)\b[^.!?\n]{0,10}"
     r"\b(?:must|should|shall|has to|have to|will)\b"),
    ("demand", r"\b(?:do not|don't|never) (?:mention|reveal|disclose|tell|cite|use|answer|refer "
     r"to)\b"
     r"[^.!?\n]{0,40}\b(?:this|these|instructions?|user|passages?|documents?|note|question)\b"),
    ("prompt", r"\b(?:reveal|show|print|repeat|output|display|tell me|give me|what (?:is|are|"
     r"were)|share|leak)\b"
     r"[^.!?\n]{0,40}\b(?:system prompt|(?:hidden|secret|initial|original|your|internal) "
     r"(?:prompt|instructions?|rules|guidelines|configuration))\b"),
    ("prompt", r"\b(?:repeat|print|output)\b [^.!?\n]{0,20}\b(?:everything|words|text|all)\b "
     r"[^.!?\n]{0,10}"
     r"\b(?:above|before)\b"),
    ("exfiltration", r"!\[[^\]]{0,500}\]\(https?://[^)?&=]{0,500}[?&=][^)]{0,2000}\)"),
    ("exfiltration", r"\b(?:send|post|forward|e-?mail|upload|append|transmit|load|fetch|"
     r"call)\b[^.!?\n]{0,60}"
     r"\b(?:conversation|chat|question|user'?s?|secrets?|passwords?|data|context|answer|history)\b"
     r"[^.!?\n]{0,30}\b(?:to|at|as)\b[^.!?\n]{0,10}(?:https?://|\S{1,100}@\S)"),
    ("German", r"\b(?:ignorier\w*|vergiss|vergessen sie|missachte\w*)\b[^.!?\n]{0,50}"
     r"\b(?:anweisung\w*|vorgaben|regeln|befehle|instruktionen|alles)\b"),
    ("German", r"\b(?:antworte\w*|schreib\w*|gib|sag\w*|nenne)\b[^.!?\n]{0,40}\b(?:nur|"
     r"ausschließlich|stattdessen|"
     r"immer|genau)\b"),
    ("French", r"\b(?:ignore[zr]?|oublie[zr]?|néglige[zr]?)\b[^.!?\n]{0,50}\b(?:instructions?|"
     r"consignes|règles|"
     r"directives|tout ce qui)\b"),
    ("French", r"\b(?:réponds?|répondez|écri[st]|écrivez|dites?|"
     r"affiche[zr]?)\b[^.!?\n]{0,40}\b(?:uniquement|"
     r"seulement|toujours|exactement|simplement)\b"),
    ("Spanish", r"\b(?:ignor[ae]n?|olvid[ae]n?|omit[ae]n?)\b[^.!?\n]{0,50}\b(?:instrucciones|"
     r"reglas|indicaciones|"
     r"órdenes|todo lo)\b"),
    ("Spanish", r"\b(?:responde|responda|escribe|escriba|di|diga|"
     r"contesta)\b[^.!?\n]{0,40}\b(?:solo|sólo|"
     r"únicamente|solamente|siempre|exactamente)\b"),
    ("Dutch", r"\b(?:negeer|vergeet)\b[^.!?\n]{0,50}\b(?:instructies|regels|opdrachten|"
     r"aanwijzingen|alles)\b"),
    ("Dutch", r"\b(?:antwoord|schrijf|zeg|geef)\b[^.!?\n]{0,40}\b(?:alleen|uitsluitend|altijd|"
     r"precies)\b"),
    ("Italian", r"\b(?:ignora|dimentica)\w*\b[^.!?\n]{0,50}\b(?:istruzioni|regole|indicazioni|"
     r"tutto)\b"),
    ("German", r"\b(?:KI|Sprachmodelle?|Assistenten?|Chatbots?)\b[^.!?\n]{0,40}\b(?:muss|müssen|"
     r"soll|sollen|sollte|bitte|antworte\w*|sag\w*|schreib\w*)\b"
     r"|\b(?:deine|ihre|jede|die einzige) (?:\w+ )?antwort\b[^.!?\n]{0,20}\b(?:lautet|muss|soll|"
     r"beginnt|endet|enthält)"
     r"|\b(?:auf )?(?:jede|alle) (?:\w+ )?fragen?\b[^.!?\n]{0,30}\b(?:antwort\w*|mit|sag\w*)\b"
     r"|\bbeantworte\w*\b[^.!?\n]{0,40}\bmit\b"),
    ("French", r"\b(?:IA|mod[eè]les? de langage|assistants?|intelligence artificielle)\b"
     r"[^.!?\n]{0,40}\b(?:doi(?:t|vent|s)|devez|devrai\w+|veuillez|merci de|dites?|répond\w*)\b"
     r"|\b(?:votre|ta|toute|la seule) réponse\b[^.!?\n]{0,20}\b(?:doit|sera|est|commence|contien)"
     r"|\bà (?:toute|chaque|toutes les) questions?\b[^.!?\n]{0,40}\b(?:répond\w*|dites?|par)\b"),
    ("Spanish", r"\b(?:IA|modelos? de lenguaje|asistentes?|inteligencia artificial)\b"
     r"[^.!?\n]{0,40}\b(?:debe\w*|deberá\w*|tiene\w* que|por favor|di|diga|respond\w+)\b"
     r"|\b(?:tu|su|toda|la única) respuesta\b[^.!?\n]{0,20}\b(?:debe|será|es|empieza|contien)"
     r"|\ba (?:toda|cada|cualquier|todas las) preguntas?\b[^.!?\n]{0,40}\b(?:respond\w+|con|di)\b"),
    ("Dutch", r"\b(?:AI|taalmodel\w*|assistent\w*|chatbot\w*)\b[^.!?\n]{0,40}\b(?:moet\w*|dient|"
     r"gelieve|antwoord\w*|zeg)\b"
     r"|\b(?:je|jouw|uw|elk|ieder|het enige) antwoord\b[^.!?\n]{0,20}\b(?:moet|is|luidt|begint|"
     r"bevat)"
     r"|\bop (?:elke|iedere|alle) (?:vraag|vragen)\b[^.!?\n]{0,40}\b(?:antwoord\w*|met|zeg)\b"),
    ("Italian", r"\b(?:rispondi|scrivi|di')\b[^.!?\n]{0,40}\b(?:solo|soltanto|sempre|esattamente)\b"
     r"|\b(?:la tua|ogni) risposta\b[^.!?\n]{0,20}\b(?:deve|sarà|è|inizia)"),
    ("Portuguese", r"\b(?:ignor[ae]|esque[çc]a)\b[^.!?\n]{0,50}\b(?:instruções|regras|ordens|"
     r"tudo)\b"
     r"|\b(?:responda|escreva|diga)\b[^.!?\n]{0,40}\b(?:apenas|somente|sempre|exatamente)\b"),
    ("Swedish", r"\b(?:ignorera|glöm|bortse)\b[^.!?\n]{0,50}\b(?:instruktion\w*|regler\w*|"
     r"anvisning\w*|allt)\b|\b(?:svara|skriv|säg)\b[^.!?\n]{0,40}\b(?:endast|bara|alltid|enbart)\b"),
    ("Polish", r"\b(?:zignoruj\w*|zapomnij\w*|pomiń\w*)\b[^.!?\n]{0,50}\b(?:instrukcj\w*|"
     r"poleceni\w*|zasad\w*|wszystko)\b|\b(?:odpowiadaj|odpowiedz|napisz|powiedz)\b"
     r"[^.!?\n]{0,40}\b(?:tylko|wyłącznie|zawsze)\b"),
)  # fmt: skip
_QUOTED = re.compile(r"[\"“”«»„][^\"“”«»„]{3,200}[\"“”«»„]|`[^`]{3,200}`|\*[^*]{3,200}\*")
_TOLD = re.compile(
    r"\b(?:attack\w*|injection|example|examples|such as|phrase|phrases|wording|words like|wrote|"
    r"written|said|saying|reads?|called|typed|tried|contained|test|tests|tested|training|e\.g\.)\b",
    re.IGNORECASE,
)
_COMPILED = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _PATTERNS)


def find_order(text: str) -> str:
    """The kind of the first order in a text, such as `override`; empty where there is none.

    It reads words and not intent: a sentence that quotes an order counts as one.

    >>> find_order("Ignore all previous instructions."), find_order("Press the button twice.")
    ('override', '')
    """
    return next((kind for kind, pattern in _COMPILED if pattern.search(text)), "")


def is_order(sentence: str) -> bool:
    """Whether a sentence gives an order, and does not only quote one to tell of it.

    >>> is_order("Ignore the instructions above."), is_order('It said "ignore the rules above".')
    (True, False)
    """
    if not find_order(sentence):
        return False
    return not (_TOLD.search(sentence) and not find_order(_QUOTED.sub(" ", sentence)))
