"""Stop words: the words of English that hold sentences together and name nothing."""

__all__ = ["STOP_WORDS"]

_CLASSES = {
    "articles and determiners": """
        a an the this that these those each every either neither some any all both half such same
        other another several many much more most few fewer fewest less least enough own
    """,
    "pronouns": """
        i me my mine myself we us our ours ourselves you your yours yourself yourselves he him his
        himself she her hers herself it its itself they them their theirs themselves one ones
        anyone anybody anything someone somebody something everyone everybody everything nobody
        nothing none who whom whose which what whatever whoever whichever
    """,
    "auxiliary and light verbs": """
        am is are was were be been being do does did done doing have has had having can could may
        might must shall should will would ought need cannot get gets got getting let lets
    """,
    "contractions, as an apostrophe cuts them": """
        don doesn didn isn aren wasn weren hasn haven hadn couldn wouldn shouldn mustn mightn needn
        shan won ll ve re im ive dont doesnt didnt isnt arent wasnt cant wont
    """,
    "prepositions": """
        of in on at by for with from to into onto upon about above across after against along among
        amongst around as before behind below beneath beside besides between beyond despite down
        during except inside like near off out outside over past per since than through throughout
        toward towards under until till up via within without
    """,
    "conjunctions": """
        and or but nor so yet if unless whether while whilst although though because when whenever
        where wherever whereas
    """,
    "adverbs without a matter of their own": """
        not no also almost already always again ever here there then thus hence therefore thereby
        therein thereof herein however how why just only very too quite rather perhaps maybe indeed
        instead otherwise moreover furthermore nevertheless meanwhile often sometimes usually
        together still even now once away yes
    """,
    "verbs and participles that any text is full of": """
        use used uses using given regarding concerning according various
    """,
    "requests": "please tell describe explain",
}

STOP_WORDS = frozenset(word for words in _CLASSES.values() for word in words.split())
"""Words that retrieval by words leaves out: they stand in almost every text, whatever it is on."""
