"""What people wish about messages, read from their words, and what it means to the business.

Invariants: reading is pure; a wish is a name of this table, several stand with a space between; a channel that somebody
does not want is never read as the one they want.
"""

import re
from collections.abc import Iterable, Mapping
from typing import TypeVar

from actions.turn import Turn
from subscriptions.model.profile import PreferencesWish

V = TypeVar("V")
_OFFERS = tuple(("offers", channel, False) for channel in ("email", "phone", "sms", "post"))
CONSENTS: Mapping[str, tuple[tuple[str, str, bool], ...]] = {
    "newsletter_off": (("newsletter", "email", False),),
    "newsletter_on": (("newsletter", "email", True),),
    "ads_off": (("newsletter", "email", False), *_OFFERS),
    "calls_off": (("offers", "phone", False),),
    "sms_off": (("offers", "sms", False),),
}
PREFERENCES: Mapping[str, PreferencesWish] = {
    "channel_email": PreferencesWish(channel="email"),
    "channel_post": PreferencesWish(channel="post"),
    "channel_sms": PreferencesWish(channel="sms"),
    "channel_phone": PreferencesWish(channel="phone"),
    "letters_de": PreferencesWish(letters_locale="de"),
    "letters_en": PreferencesWish(letters_locale="en"),
    "less_on": PreferencesWish(less_contact=True),
    "less_off": PreferencesWish(less_contact=False),
    "form_informal": PreferencesWish(address_form="informal"),
    "form_formal": PreferencesWish(address_form="formal"),
}
SPARES: Mapping[str, str] = {"calls_off": "phone", "sms_off": "sms"}
"""The channel that a wish wants to be spared, by the wish."""
ADVERTISING = frozenset({"newsletter_off", "ads_off"})

_NO = r"(?:kein\w*|nicht|nie|ohne|stopp?\w*|aus|abbestell\w*|abmeld\w*|abschalt\w*|abstell\w*|ausschalt\w*|weg|ab(?=\W*$)|unsubscrib\w*|no|not|don['’]?t|never|off|out|end|cancel|remove)"
_AGAIN = r"(?:wieder|anmeld\w*|abonnier\w*|einschalt\w*|again|sign\s+me\s+up|subscribe|join|switch\s+on|turn\s+on)"
_WISH = r"(?:gern\w*|h[äa]tte|schickt\w*|like|want|send)"
_PAPER = r"(?:newsletters?|rundmails?|rundbrief\w*|digest|round-?up|bulletins?)"
_ADS = r"(?:werb\w*|angebote?n?|reklame|marketing|promo\w*|advert\w*|ads|offers)"
_CALL = r"(?:anruf\w*|ange?rufen|ruf\w*|telefonier\w*|calls?|calling|ring(?:ing)?|phone)"
_SMS = r"(?:sms\w*|text(?:s|ing)?|text\s+messages?)"
_GAP = r"\b.{0,60}?\b"


def _together(one: str, other: str) -> str:
    return rf"\b(?:{one}{_GAP}{other}|{other}{_GAP}{one})\b"


# Each group: the first pattern that fits is the wish.
_GROUPS: tuple[tuple[tuple[str, str], ...], ...] = (
    (
        ("newsletter_on", _together(_PAPER, _AGAIN)),
        ("newsletter_off", _together(_PAPER, _NO)),
        ("newsletter_on", _together(_PAPER, _WISH)),
    ),
    (("ads_off", _together(_ADS, _NO)),),
    (("calls_off", _together(_CALL, _NO)),),
    (("sms_off", _together(_SMS, _NO)),),
    (
        (
            "letters_en",
            r"\b(?:auf|in)\s+english?\w*|\benglis\w+\s+(?:letters?|brief\w*|post|mails?)|\bauf\s+englisch",
        ),
        (
            "letters_de",
            r"\b(?:auf|in)\s+(?:deutsch|german)\b|\b(?:german|deutsche?)\s+(?:letters?|brief\w*|post|mails?)",
        ),
    ),
    (
        (
            "less_off",
            r"\b(?:wieder\s+(?:mehr|normal\w*|öfter)|more\s+(?:messages|often)|as\s+usual)\b",
        ),
        (
            "less_on",
            r"\b(?:weniger|zu\s?viel\w*|seltener|einmal\s+(?:im|die|pro)\s+\w+|eine\s+(?:im|in\s+der|pro)\s+\w+|nicht\s+so\s+oft|less|fewer"
            r"|too\s+(?:many|much)|once\s+a\s+(?:week|month)|not\s+so\s+often)\b",
        ),
    ),
    (
        ("form_informal", r"\b(?:duz\w*|per\s+du|mit\s+du|du\s+statt)\b"),
        ("form_formal", r"\b(?:siez\w*|per\s+sie|mit\s+sie|sie\s+statt)\b"),
    ),
)
_CHANNELS = (
    (
        "channel_post",
        r"\b(?:per\s+(?:post|brief)|brief\w*|schriftlich|by\s+(?:post|letter|mail)|letters?|postal)\b",
    ),
    (
        "channel_email",
        r"\b(?:(?:per|as|by|via|just|get|nur|lieber|als)\s+(?:\w+\s+)?e-?mails?|e-?mails?\s+(?:reicht|genügt|is\s+(?:fine|enough))|e-?mails?|mail\s+reicht|per\s+mail)\b",
    ),
    ("channel_sms", r"\b(?:sms|text\s+me|text\s+messages?|texts)\b"),
    (
        "channel_phone",
        r"\b(?:telefonisch|per\s+telefon|ruft?\s+mich|call\s+me|by\s+phone|phone\s+calls?)\b",
    ),
    ("channel_email", r"\b(?:schreib\w*|writ\w+)\b"),
)
_INSTEAD_OF = re.compile(
    r"\b(?:statt|anstatt|anstelle|instead\s+of|rather\s+than|not\s+by|nicht\s+(?:mehr\s+)?(?:per|mit)|nix\s+per|kein\w*)\s+(?:(?:per|mit|by|a|the|more|any)\s+)*[\w-]+",
    re.IGNORECASE,
)


def together(wishes: Iterable[str]) -> PreferencesWish:
    """What the wishes change of the preferences; of two that disagree the last counts."""
    wanted = [PREFERENCES[wish] for wish in wishes if wish in PREFERENCES]
    return PreferencesWish(
        channel=_last(one.channel for one in wanted),
        letters_locale=_last(one.letters_locale for one in wanted),
        address_form=_last(one.address_form for one in wanted),
        less_contact=_last(one.less_contact for one in wanted),
    )


def _last(values: Iterable[V | None]) -> V | None:
    return next((value for value in reversed([*values]) if value is not None), None)


def wished(turn: Turn) -> str | None:
    """The names of all wishes in the words, one space between; None without any."""
    typed = turn.typed
    found = [name for group in _GROUPS if (name := _first(group, typed)) is not None]
    if not any(name.startswith(("newsletter", "ads", "less", "letters", "form")) for name in found):
        channel = _first(_CHANNELS, _wanted_words(typed, found))
        found += [channel] if channel else []
    return " ".join(found) or None


def _wanted_words(typed: str, found: list[str]) -> str:
    """The words without what is not wanted: "instead of post", and the clause that ends calls or texts."""
    kept = _INSTEAD_OF.sub(" ", typed)
    if SPARES.keys() & set(found):
        spared = rf"\b(?:{_CALL}|{_SMS}|call\s+me)\b"
        kept = re.sub(spared, " ", kept, flags=re.IGNORECASE)
    return kept


def _first(group: tuple[tuple[str, str], ...], typed: str) -> str | None:
    return next((name for name, pattern in group if re.search(pattern, typed, re.IGNORECASE)), None)
