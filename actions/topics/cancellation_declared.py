"""Whether words declare an end: not when they negate it, ask about it, make it depend on something or only think of it.

Invariants: pure; a doubt is read as the harmless sense: as a question, never as a declaration that was not made.
"""

import re

from actions.turn import Turn

_VERB = (
    r"(?:künd|kuend|kundig|cancel|beend|abbestell|abmeld|abzumeld|stornier|aufhör|auflös|auszusteig|widerr|withdr|revok|rücktr"
    r"|zurückzutret|terminat|unsubscri|quit|leav|\bend(?:ing|ed)?\b(?! up)|stop|undo|revers|annul|rescind|rückabwick)"
)
# Words that only name something about an end.
_ABOUT = re.compile(
    r"\b(?:kündigungs(?:frist|fristen|button|knopf|termin|grund|gründe|bedingung\w*|recht|seite|formular|link|möglichkeit\w*)"
    r"|widerrufs(?:frist|belehrung|formular)|kündbar\w*|kuendbar\w*|(?:cancell?ation|notice|withdrawal) (?:period|policy|fees?|terms|button|page|date))\b",
    re.IGNORECASE,
)
# A word for an end, loosely: enough where the reading is sure.
_ENDS = re.compile(
    _VERB
    + r"|trete|trenn|steig\w* (?:\w+ ){0,4}aus\b|enden\b|zu ende|to an end|\bhör|melde\w*.{0,40}\bab\b|loswerd|schluss|\braus\b|\bweg\b"
    r"|auslauf|dicht\b|stecker|überflüssig|macht (?:\w+ ){0,3}aus\b|tschuss|tschüss|zurückgeb|geht zurück|zurückschick"
    r"|(?:nich?t?|nimmer|ni) (?:\w+ ){0,3}(?:mehr|länger|weiter\w*|(?:ver|zu verl)läng\w*|verläng\w*|verlang\w*)|verläng\w* (?:\w+ ){0,3}nicht|nimmer|keine .{0,20}verlänger"
    r"|any ?more|no (?:more|longer|renewal)|(?:not|n'?t) (?:\w+ ){0,4}(?:renew|need|roll|carry)\w*|over and done|\bout\b"
    r"|\bdone\b|\bfinish|close|switch off|turn off|give up|let(?:ting)? .{0,30}\bgo\b|discontinue|pack it in|notice|\breturn|send.{0,20}back"
    r"|changed my mind|enough|rücktritt|hinfällig|rückgängig",
    re.IGNORECASE,
)
# Words that name an end whatever else is said.
_CLEARLY = re.compile(
    r"künd|kuend|cancel|beend|abbestell|abmeld|terminat|unsubscri|aufhör|auflös|widerr|withdr|revok|rücktr|trete"
    r"|quit|schluss|raus|leav",
    re.IGNORECASE,
)
_RESTS = re.compile(
    r"\bpaus\w*|\bsetz\w*\b.*\baus\b|aussetz\w*|\bruhen\b|on hold|freeze", re.IGNORECASE
)
_SURE = 0.85
_A_FEW = 4  # words; fewer tell no story
_TOLD = frozenset({"withdraw_contract", "cancel_for_cause"})
_NEGATES = re.compile(
    r"\b(?:nicht?|nie|niemals|keinesfalls|auf keinen fall)\s+"
    rf"(?:(?:(?:mein|den|das|die|unser|dies)\w* [\w-]+|es|ihn|fristlos|außerordentlich|vorzeitig|sofort|gleich|jetzt|heute|schon|einfach|wirklich|mehr|zu)\s+)*{_VERB}\w*"
    r"|\b(?:kündige|kündigen|kündigt|beende|beenden|widerrufe|widerrufen|storniere\w*)\b[^,.;:!?]*\bnicht(?: mehr)?\s*(?:$|[,.;:!?]|\b(?:aber|sondern|und)\b)"
    r"|\bkeine\w* (?:kündigung|widerruf|stornierung)\b|\bohne (?:\w+ )?zu (?:kündigen|widerrufen)"
    r"|\b(?:not|never|don'?t|do nt|didn'?t|won'?t|wouldn'?t|no longer|rather not)\s+(?:(?:want|wish|need|like|going|intend|intending"
    r"|planning|plan|mean|have|ask\w*|you|me|us|to|please|just|actually|really|yet|ever|be|trying)\s+){0,6}"
    r"(?:cancel|cancell?ing|terminat(?:e|ing)|end(?:ing)?(?! up)|quit|unsubscribe|leave|leaving|withdraw|revoke|stop)\b",
    re.IGNORECASE,
)
# Who cannot end it wants to.
_CANNOT = re.compile(
    r"\b(?:kann|konnte|können|lässt sich|geht)\b[^,.;]*\bnicht\b|\b(?:why|warum|wieso|weshalb)\b",
    re.IGNORECASE,
)
_THINKS = re.compile(
    rf"\büberleg(?:e|en|t)?\b,?.{{0,30}}\b(?:zu|ob|das|mein\w*|den)\b.{{0,30}}{_VERB}|\b(?:gedanken|erwäge\w*)\b.{{0,40}}{_VERB}|\bdenke? .{{0,30}}\bnach\b"
    rf"|\b(?:vielleicht|eventuell|evtl|womöglich|möglicherweise)\b (?:\w+ ){{0,4}}{_VERB}|{_VERB}\w* (?:\w+ ){{0,3}}(?:vielleicht|eventuell|evtl)\b"
    rf"|\b(?:thinking|think|thought) (?:about|of|to) (?:\w+ ){{0,2}}{_VERB}|\bconsider(?:ing|ed)? (?:\w+ ){{0,2}}{_VERB}"
    rf"|\b(?:might|maybe|perhaps|possibly|tempted to|i may|not sure (?:if|whether)) (?:\w+ ){{0,4}}{_VERB}",
    re.IGNORECASE,
)
_ANOTHER = re.compile(
    r"\b(?:mein|meine|unser|unsere|ein|eine|der|die|er|sie) (?:[\w-]+ )?(?:will|möchte|wollte|würde|überlegt)\b[^,.;]*"
    + _VERB
    + r"|\b(?:(?:my|our|a|the) \w+|he|she) (?:wants?|wanted|would like|wishes|is thinking|plans|is going) (?:\w+ ){0,2}"
    + _VERB,
    re.IGNORECASE,
)
_DEPENDS = re.compile(
    r"\b(?:wenn|falls|sofern|solange)(?:'?s)?\b(?! (?:es |das |dies )?(?:irgend\w* )?(?:möglich|geht|ginge|rechtzeitig))"
    r"(?![^,.]{0,60}\b(?:rum|vorbei|um|abgelaufen|fertig|zu ende|ausläuft|abläuft|endet)\b)"
    r"|\b(?:sonst|ansonsten|andernfalls) (?:kündig|werde|muss|bin|geh|beend|trete|widerruf)"
    r"|\bif\b(?! (?:at all |it is |it'?s |that is )?possible| (?:you )?(?:can|could|would|please)\b)|\bunless\b"
    r"|\b(?:otherwise|or else|or) (?:i|we)(?:'?ll| will|'?m| am| want| have)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"^\W*(?:(?:hallo|hi|hey|moin|servus|guten \w+|hello|good \w+|entschuldigung|sorry|(?:nur )?(?:eine |ne )?(?:kurze )?frage"
    r"|(?:just )?(?:a )?(?:quick )?question|sagen sie|sag mal|ich (?:wollte|möchte|würde gern\w*) (?:mal )?(?:wissen|fragen)"
    r"|i (?:wanted|want|would like|was going) to (?:know|ask))\W+)*"
    r"(?:wie(?! gesagt)|wo|wann|bis wann|ab wann|was|welche[nrs]?|ob|(?:kann|könnte|darf|dürfte|muss|müsste|soll) (?:ich|man|wir)"
    r"|geht das|hab(?:e|en)? (?:ich|wir)|gibt es|gibt's|ist es|how|where|when|what|which|whether"
    r"|(?:can|could|may|do|am|will|would|should|must) (?:i|we)|is (?:it|there|that))\b",
    re.IGNORECASE,
)
_SUPPOSES = re.compile(
    r"\b(?:wenn|falls|sobald|bevor|ob) (?:ich|wir|man)\b|\b(?:if|when|whether|before|once) (?:i|we)\b",
    re.IGNORECASE,
)
_DECLARES = re.compile(
    r"\bhiermit\b|\bhereby\b|\bich (?:kündige|kuendige|widerrufe)\b|\bwir (?:kündigen|widerrufen) (?:hiermit|zum|unser\w*|den|das)\b"
    r"|(?<!do )(?<!can )(?<!could )(?<!may )(?<!should )(?<!must )(?<!will )(?<!would )\b(?:i|we) (?:cancel|withdraw|revoke)\b"
    r"|\bplease (?:cancel|end|terminate)\b|\bbitte kündig",
    re.IGNORECASE,
)
# A question that asks for the act: "can you cancel it?"; and a wish with a question after it.
_REQUESTS = re.compile(
    r"\b(?:könn|könnt|kannst|würd|wür|wär|magst|mögen|dürft)\w* (?:sie|ihr|du|jemand|wir)\b(?!.*\b(?:sagen|nennen|erklären|wie|ob|wann|was|wo)\b).*"
    rf"{_VERB}|\b(?:can|could|would|will|may) (?:you|u|ya|yous|someone|somebody)\b(?!.*\b(?:tell|explain|how|whether|when|what|where)\b).*{_VERB}"
    rf"|\b(?:ich|wir) (?:möcht\w*|will|wollen|würde\w* gern\w*|muss)\b(?!.*\b(?:wissen|fragen|ob|hören)\b).*{_VERB}"
    rf"|\b(?:i|we)(?:'d| would)? (?:want|like|need|wish|have) to (?!know|ask|find|hear).*{_VERB}",
    re.IGNORECASE,
)
# The words which the law and our help page tell to say.
_WITHDRAWS = re.compile(
    r"\b(?:i|we) (?:(?:hereby|now|herewith) )?withdraw from (?:the|my|our|this|that) (?:\w+ )?(?:contract|order|purchase|subscription|agreement)\b"
    r"|\b(?:ich widerrufe|wir widerrufen|widerrufe ich|widerrufen wir)(?: (?:hiermit|also|nun))? (?:den|die|das|mein|unser|dies)\w*"
    r" (?:[\w-]+ )?(?:vertrag|bestellung|kauf|abo|abonnement)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?\n])\s+")


def only_asks(turn: Turn) -> bool:
    """Whether somebody asks about an end, thinks of it or says too little, instead of declaring it."""
    typed = turn.typed
    if not typed:
        return False  # a pressed button says what it does
    doubtful = turn.confidence is not None and turn.confidence < _SURE
    if _CLEARLY.search(typed) is None and (doubtful or _RESTS.search(typed) is not None):
        return True
    if negates(turn):
        return True
    parts = _SENTENCE.split(typed)
    asking = any(part.endswith("?") or _ASKS.match(part) for part in parts)
    # Withdrawals and causes are told in many words: a sure reading of a whole story names its end by itself.
    told = turn.intent in _TOLD and len(typed.split()) > _A_FEW and not asking
    return not any(_declares(part, named=told) for part in parts)


def names_an_end(typed: str) -> bool:
    """Whether there is a word for an end, or for one of its rules, in these words."""
    return _ENDS.search(typed) is not None


def withdraws(turn: Turn) -> bool:
    """Whether the words themselves are a withdrawal (§ 355 BGB), whatever they were read as."""
    parts = _SENTENCE.split(turn.typed)
    return any(
        _WITHDRAWS.search(part) and _declares(part) and not part.endswith("?") for part in parts
    )


def negates(turn: Turn) -> bool:
    """Whether somebody says that nothing is to end, and does not say otherwise beside it."""
    parts = _SENTENCE.split(turn.typed)
    refused = [p for p in parts if _NEGATES.search(p) and not p.endswith("?")]
    meant = [p for p in refused if not _CANNOT.search(p) and not _THINKS.search(p)]
    return bool(meant) and not any(_declares(part) for part in parts)


def _declares(sentence: str, *, named: bool = False) -> bool:
    """Whether this sentence by itself declares an end, with a word for it unless it is `named` otherwise."""
    if not named and _ENDS.search(_ABOUT.sub(" ", sentence)) is None:
        return False
    if any(words.search(sentence) for words in (_NEGATES, _THINKS, _ANOTHER)):
        return False
    declares = _DECLARES.search(sentence) is not None
    question = sentence.endswith("?")
    if _SUPPOSES.search(sentence) and question:
        return False
    if _DEPENDS.search(sentence):
        return re.search(r"\b(?:hiermit|hereby)\b", sentence, re.IGNORECASE) is not None
    if _ASKS.match(sentence):
        return declares and not _SUPPOSES.search(sentence)
    return not question or declares or _REQUESTS.search(sentence) is not None
