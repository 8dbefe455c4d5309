"""Finds plans and add-ons by name or idea; the value is the code of the catalogue.

Invariant: an everyday word ("pro", "plus", "start") is a plan only beside a word that says so; one slip of
the pen in a long word is forgiven.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

from components.matchers import Found
from components.matchers.described import describes, is_no_addon
from components.matchers.misspelled import Slips, place

PLANS = Path(__file__).with_name("plans.yml")
ADDONS = Path(__file__).with_name("addons.yml")

_TOWARDS = (
    r"(?:from (?:\w+ ){1,2}to|auf|(?:wechsel\w*|gehen|zurück) (?:zu|in)|(?:(?:(?:up|down)grad(?:e|ing)|switch(?:ing)?|chang(?:e|ing)"
    r"|mov(?:e|ing)|bump|knock|drop|swap|shift)(?: (?:me|us|him|her|it|them|(?:my|our) \w+|(?:my|our|the) \w+ \w+))?(?: (?:up|down|over|back|across))?"
    r"|go(?:ing)?|back|over|down|(?<!not )(?<!n't )(?<!is )(?<!was )(?<!be )up) to|(?:put|pop|stick) (?:me|us|him|her|it|them|my \w+) (?:back )?on)"
    r"\s+(?:(?:den|das|die|dem|der|the)\s+)?"
)
# Two everyday words are plans where one is left for, or weighed against, the other: "from standard to premium", "statt Plus".
_LEFT = r"\b(?:from|von|vom)\s+(?:the\s+|dem\s+)?{name}(?=\s+(?:to|auf|zu|in|nach)\s)"
_AGAINST = r"\b(?:instead of|anstatt|statt|between|zwischen|versus|vs\.?|compared (?:to|with))\s+(?:the\s+|dem\s+)?{name}(?!\w|\s?-)(?!\s+(?:of|von|des|der|geld|team)\b)"
_ON = (
    r"\b(?:on|auf|bei|have|habe|haben|got|does|is|keep|kann|bietet|about|das|den|nehme|will|want|take|prefer|choose|need|with|mit)\s+(?:the\s+|jetzt\s+|gerade\s+)?(?-i:(?=Pro\b|Plus\b|Complete\b|Komplett\b|Digital\b|Standard\b))"
    r"{name}(?!\w|\s?-)(?!\s+(?:(?-i:[A-ZÄÖÜ])|of\b|von\b|an\b))"
)
# "the plan Standard", "does standard have it" beside another plan.
_NAMED = r"\b(?:plan|package|tier|subscription|membership|tarif|paket)\s(?:called\s|named\s|is\s)?(?-i:(?=[A-Z]|\"|')){name}(?!\w)"
_HAS_IT = r"(?<!\bon )\b(?:that|does|than|vs\.?|or|what|over)\s(?:the\s)?{name}\s(?:has|hasn'?t|have|haven'?t|doesn'?t|does|get|gets|gives?|includes?|offers?|costs?|can|can'?t|do)\b"
# "the standard one"; a "plus one" is a guest.
_THE_ONE = r"\b(?:the|this|that)\s+(?!plus one){name}\s+(?:one|option|sub)\b"
_OF_TIME = {"jährlich", "yearly", "annual", "weekend", "wochenend", "start", "team"}
_A_PLAN = r"(?:[\s-]*(?:paket|tarif|abo(?:nnement)?|plan|package|subscription|tier|mitgliedschaft|membership|version))"


# What shows that an everyday word is meant as such: "auf Basis Ihres Schreibens", "5 € pro Abo", "a basic question".
_OF = re.compile(
    r"\s+(?:of|von|vom|des|der|ihre[sr]|meine[sr]|unsere[sr]|eure[sr]|diese[sr]|einer|eines|dessen|ihrer)\b",
    re.IGNORECASE,
)
# "death certificate", "SSL certificate": of somebody else.
_OTHER_PAPER = re.compile(
    r"(?:birth|death|fire|energy|insurance|(?:an? )?(?:12a?|15|18|pg|u)|marriage|wedding|medical|doctor's|tax|gift|ssl|tls|security|disability|share|baptism|geburts|sterbe|ssl|tls|sicherheits|enrolment|enrollment|student|school|exam|residence|insurance|vaccination|vaccine|probate|pg|u|health|medical|disabled|studien|schul|impf|melde|kranken|energie|immatrikulations|herkunfts|echtheits)[\s-]*$",
    re.IGNORECASE,
)
_OF_SOMETHING = re.compile(
    r"\s+(?:of (?!completion|achievement|attendance)|1[258]\b|pg\b)", re.IGNORECASE
)
_NEAR = 40
_IN_BROWSER = re.compile(
    r"browser|https?\b|chrome|firefox|safari|unsicher|not secure|untrusted|website says",
    re.IGNORECASE,
)
# One that is there already: "the name on my certificate".
_HAD = re.compile(
    r"\b(?:my|his|her|our|the \w+ (?:on|in|of) (?:the|my)|on (?:the|my)|mein(?:em|en)?|unser(?:em|en)?|auf (?:dem|meinem))\s$",
    re.IGNORECASE,
)
_PORTRAIT = re.compile(r"\s(?:of|about|in the|picture|photo|vo[nm]|des|der|über)\b", re.IGNORECASE)
_ARCHIVED = re.compile(
    r"(?:\.org|\s+(?:folder|button|footage|mails?|messages?|emails?|files?|chats?|box|this|that|it|them|my|ordner|knopf))\b",
    re.IGNORECASE,
)
# "I press complete and nothing happens"; but "to press complete" is where one changes to.
_PRESSED = re.compile(r"\b(?:i|you|we|they|i've|then|just)\s$", re.IGNORECASE)
_CLICKED = re.compile(
    r"\b(?:(?:drück|klick|tipp)\w*\s(?:(?:ich|man|hier|oben|unten)\s)?auf|(?:press|click|tap|hit|push)(?:ed|ing|s)?(?:\son)?)\s(?:the\s|den\s)?$",
    re.IGNORECASE,
)
_ON_BUTTONS = {"complete", "komplett", "start", "plus", "digital"}
_SCREEN = re.compile(
    r"[\s-]?(?:(?:\w+\s){0,2}(?:tv|monitor|screen|telly|projector|resolution)\b|tv|telly|tele\w*|fernseh\w*|monitor|screen|projector|beamer|display|bildschirm|blu|panel|set|followers|words|likes)",
    re.IGNORECASE,
)
_WORDS_OF_OTHERS = {"premium", "plus", "standard", "complete", "basic", "pro"}
_OTHERS = re.compile(
    r"\b(?:insurance|car|life|health|risk|at a|an? insurance|youtube|spotify|sky|prime|amazon|linkedin|duolingo|disney|apple tv|charge a|pay(?:ing|s)? a|such a|paramount|discovery|google|canal"
    r"|playstation|ps|iphone(?: \d+)?|macbook|ipad|magenta|joyn|rtl|wow|dazn|evening|gold|versicherungs|visual)\s?$",
    re.IGNORECASE,
)
_TO_ARCHIVE = re.compile(
    r"\b(?:to|please|i|we|just|zip|web|national|bbc|internet|photo|film|e?-?mail|chat|video|mein mail|foto|tape)\s$",
    re.IGNORECASE,
)
_NO_PLAN_AFTER = re.compile(
    r"\s+(?:(?:drücken|klicken|questions?|problems?|spelling|grammar|mistakes?|errors?|ideas?|skills?|facts?|answers?|requests?|tasks?|hygiene|politeness|income|salary|pay|fee|principle|cooking|search|customer|maths?"
    r"|rights?|human|service(?!s)|courtesy|info\w*|things|stuff|decency|knowledge|english|training|respect|manners|needs?|functions?|features?|level"
    r"|rate|price|quality|number|nonsense|waste|rubbish|joke|unknown|bonds|economy|line|phone|delivery|practice|procedure|letter|reply|response|answer|form|english|class|shipping|post|size)\b)",
    re.IGNORECASE,
)


def _of_others(name: str, before: str, text: str, end: int) -> bool:
    """Whether the word names a thing of somebody else: a button, an insurance premium, a television, another firm's plan."""
    if name.startswith("press") and _PRESSED.search(before):
        return True
    if name in _ON_BUTTONS and _CLICKED.search(before):
        return True
    if name in {"4k", "uhd", "ultra hd"}:
        return bool(_SCREEN.match(text, end))
    if name.endswith(("profile", "profil")):
        return bool(_PORTRAIT.match(text, end))
    return name in _WORDS_OF_OTHERS and bool(_OTHERS.search(before))


class _Patterns(NamedTuple):
    sure: "re.Pattern[str]"
    towards: "re.Pattern[str] | None"
    beside: "re.Pattern[str] | None"
    between: "tuple[re.Pattern[str], ...]"
    codes: "dict[str, str]"
    slips: Slips


def find_plan(text: str, *, english: bool = False) -> Iterator[Found]:
    """Every plan named in the text; overlapping names are left to the caller, the longest wins."""
    return _named(text, PLANS, "plan", english=english)


def find_addon(text: str, *, english: bool = False) -> Iterator[Found]:
    """Every add-on named in the text."""
    return _named(text, ADDONS, "addon", english=english)


def _named(written: str, catalogue: Path, entity: str, *, english: bool) -> Iterator[Found]:
    patterns = _patterns(catalogue)
    text, shifts = patterns.slips.corrected(written)
    for pattern in (patterns.sure, patterns.towards, patterns.beside, *patterns.between):
        for match in pattern.finditer(text) if pattern else ():
            name = match["name"].lower(), text, *match.span("name")
            if _everyday(match, text) or (english and (describes(*name) or is_no_addon(*name))):
                continue
            start, end = (place(at, shifts) for at in match.span("name"))
            yield Found(start, end, entity, patterns.codes[_key(match["name"])])


def _everyday(match: "re.Match[str]", text: str) -> bool:
    """Whether a word that also names a plan stands for itself."""
    name, end = match["name"].lower(), match.end("name")
    before = text[max(0, match.start("name") - _NEAR) : match.start("name")]
    if match["name"] == "pro" and match.start("name"):
        # "pro Abo" with a blank says "each", unless an article or a preposition stands before it.
        led = re.search(
            r"\b(?:den|das|dem|der|die|mein|euer|ein|einen|im|auf|zum|vom|the|a|my|to)\s$",
            before,
            re.IGNORECASE,
        )
        return text[end : end + 1] == " " and match.end() > end and not led
    if name.startswith(("certificat", "zertifikat")):
        other = _OTHER_PAPER.search(before) or _OF_SOMETHING.match(text, end)
        return bool(other or _IN_BROWSER.search(text) or _HAD.search(before))
    if name in {"archive", "archiv"}:
        return bool(_TO_ARCHIVE.search(before) or _ARCHIVED.match(text, end))
    if _of_others(name, before, text, end):
        return True
    if name == "basis" and _OF.match(text, end):
        return True
    short = name in {
        "basic",
        "basis",
        "standard",
        "complete",
        "komplett",
        "premium",
        "start",
        "plus",
    }
    return short and bool(_NO_PLAN_AFTER.match(text, end))


@cache
def _patterns(catalogue: Path) -> _Patterns:
    listed = yaml.safe_load(catalogue.read_text(encoding="utf-8"))
    sure: list[str] = []
    words: list[str] = []
    codes: dict[str, str] = {}
    for code, kinds in listed.items():
        sure += [*kinds["names"], *kinds["ideas"]]
        words += kinds["words"]
        for name in (*kinds["names"], *kinds["ideas"], *kinds["words"]):
            codes[_key(name)] = code
    flags = re.IGNORECASE
    end = rf"(?:(?={_A_PLAN})|(?!\w))"
    # Not those of time, which are of no plan here: "from yearly to monthly", "instead of the weekend".
    weighed = [word for word in words if word not in _OF_TIME]
    return _Patterns(
        re.compile(rf"(?<!\w)(?P<name>{_one_of(sure)}){end}", flags),
        re.compile(rf"\b{_TOWARDS}(?P<name>{_one_of(words)})(?!\w)", flags) if words else None,
        re.compile(rf"(?<!\w)(?P<name>{_one_of(words)})(?:e[nrs]?)?{_A_PLAN}", flags)
        if words
        else None,
        _weighed(weighed) if weighed else (),
        codes,
        Slips(word for name in (*sure, *words) for word in name.split()),
    )


def _weighed(words: "list[str]") -> "tuple[re.Pattern[str], ...]":
    """The patterns in which a plan is left, weighed against another, or used."""
    name = rf"(?P<name>{_one_of(words)})"
    shapes = (_LEFT, _AGAINST, _ON, _THE_ONE, _NAMED, _HAS_IT)
    return tuple(re.compile(shape.format(name=name), re.IGNORECASE) for shape in shapes)


def _one_of(names: "list[str]") -> str:
    ordered = sorted(names, key=len, reverse=True)
    return "|".join(re.escape(name).replace(r"\ ", r"[\s(-]*") for name in ordered)


def _key(name: str) -> str:
    """A name without the marks that may vary."""
    return re.sub(r"[\s(-]+", "", name.lower())
