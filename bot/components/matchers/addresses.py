"""Finds parts of a postal address: street with house number, postcode, city.

Invariants: a bare postcode needs the shape of its country; a German one without a city needs a word that says so; a
city is what stands beside a postcode, after a street and a comma, or a known town where somebody lives or moves to.
"""

import re
from collections.abc import Iterator

from components.matchers import Found
from components.matchers.addresses_en import find_english_address
from components.matchers.places import country_of, find_city, town_at

_HOUSE = (
    r"\d{1,4}\s?(?:[a-hA-H]\b)?(?:\s?[-–/]\s?\d{1,4}[a-h]?)?(?![\w€%]|[.,]\d|\s?(?:euro?\b|uhr\b))"
)
_KIND = r"(?:stra(?:ß|ss)e|str\b\.?|weg|allee|platz|gasse|ring|ufer|damm|chaussee|steig|pfad|markt|graben|hof|berg|park)"
_NAME = r"[A-ZÄÖÜ][\w-]{1,30}"
# Lengths are bounded and `_NUMBERED` is asked first: hyphens in a row would cost seconds otherwise.
_STREET_DE = re.compile(
    rf"(?<![\w-])(?:(?:Am|An der|An den|Im|Zum|Zur|Auf der|Auf dem|Unter den|In der|Hinter der|Vor dem)\s+{_NAME}(?:\s{_NAME}){{0,2}}?"
    rf"|(?:{_NAME}\s)?(?i:[a-zäöüß][\w-]{{0,40}}?{_KIND}|(?:stra(?:ß|ss)e|str\.|platz|allee|weg)))\s+{_HOUSE}"
)
_NUMBERED = re.compile(rf"{_KIND}\s+\d|(?:\b(?:[AI]m|Zu[mr]|de[rnm])\s+[A-ZÄÖÜ])", re.IGNORECASE)
_KIND_EN = r"(?:Street|St|Road|Rd|Avenue|Ave|Dr|Ct|Cres|Gdns|Terr|Sq|Lane|Ln|Close|Drive|Way|Court|Crescent|Gardens|Terrace|Place|Square|Row|Walk|Mews|Grove|View|Hill|Quay|Green|Parade|Heights|Rise|Gate|Wharf|Park|Boulevard|Blvd|Circus|Cottages|Esplanade|Wynd|Brae|Croft|Villas|Parkway|Bank|Yard|Strand|Meadows?|Fields?|Orchard|Wharf)"
_STREET_EN = re.compile(
    rf"(?<!\w)(?:(?i:flat|apartment|apt|unit)\s\w{{1,4}}(?:/\w{{1,3}})?,?\s)?\d{{1,4}}[a-zA-Z]?\s(?:(?:St\.|[A-Z][\w'’-]+)\s){{1,3}}{_KIND_EN}\b\.?",
)
# "Number 9, Mill Lane", and "Flat 3, Beckside Court", where the house has a name.
_COMMA = re.compile(
    rf"(?<!\w)(?:(?P<flat>(?i:flat|apartment|apt|unit)\s\w{{1,4}}),|(?:(?i:number|no\.?)\s)?(?P<house>\d{{1,4}}[a-zA-Z]?),)\s(?P<street>(?:[A-Z][\w'’-]+\s){{1,3}}{_KIND_EN})\b\.?"
)
_PLACE = r"[A-ZÄÖÜ][a-zäöüß]+(?:[-\s](?:am|an der|bei|im|in|ob der|upon|on)\s[A-ZÄÖÜ][a-zäöüß]+|-(?:on|upon|le|under|in|super|by|am|im)-[A-ZÄÖÜ][a-zäöüß]+|[-][A-ZÄÖÜ][a-zäöüß]+|\s[A-ZÄÖÜ][a-zäöüß]+(?=\s*(?:$|[,.])))?"
_GERMAN = re.compile(
    rf"(?<![\w.,-])(?:D-)?(?P<code>0[1-9]\d{{3}}|[1-9]\d{{4}}),?\s+(?P<city>{_PLACE}|[a-zäöüß]{{3,20}})(?!\w)"
)
_ALPINE = re.compile(
    rf"(?<![\w.-])(?:(?:A|CH|AT)-|(?:CH|AT)\s)(?P<code>[1-9]\d{{3}})\s+(?P<city>{_PLACE})|(?<![\w.,-])(?P<known>[1-9]\d{{3}})\s+(?P<place>{_PLACE}|[a-zäöüß]{{4,20}}|St\.? Gallen)(?!\w)"
)
_DUTCH = re.compile(
    rf"(?<![\w-])(?P<code>[1-9]\d{{3}}\s?(?!SA|SD|SS)[A-Z]{{2}})\s+(?P<city>{_PLACE})"
)
_CODE_ONLY = re.compile(
    r"\b(?:plz|postleitzahl|post\s?code|postal code|zip(?:\s?code)?)\b[^\d\n]{0,60}(?<!seit )(?<!since )(?<!in )(?P<code>\d{5}(?:-\d{4})?|\d{4}(?!\s?[A-Z]{2}\b))(?!\d)",
    re.IGNORECASE,
)
_OTHER_CODE = re.compile(
    r"\s*,?\s*(?:(?:and |und )?not|instead of|rather than|statt|anstatt|(?:und )?nicht|and|und|or|oder|to|->)\s+(?P<code>\d{4,5})(?!\d|[.,]\d)",
    re.IGNORECASE,
)
_UK = r"(?:GIR\s?0AA|[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2})"
_BRITISH = re.compile(
    rf"(?<![\w-])(?P<code>{_UK})(?![\w-])(?:,?\s+(?P<city>(?-i:{_PLACE})))?", re.IGNORECASE
)
_IRISH = re.compile(
    r"(?<![\w-])(?P<code>(?:[AC-FHKNPRTV-Y]\d{2}|D6W)\s?[0-9A-Z]{4})(?![\w-])", re.IGNORECASE
)
_COUNTRY = re.compile(
    r"ireland|england|scotland|wales|uk|united kingdom|germany|austria|switzerland|deutschland|österreich|schweiz",
    re.IGNORECASE,
)
_AFTER_STREET = re.compile(
    rf"\s*,\s*(?!(?:Apt|Apartment|Flat|Unit|Suite)\b)(?P<city>{_PLACE}(?:\s\d{{1,2}}(?!\d))?)(?=\s*(?:$|[,.;!?]|(?i:{_UK})|(?i:[A-Z]\d[\dW]\s?\w{{4}}\b)))"
)
_SEGMENT = re.compile(
    rf",\s*(?P<county>(?:Co\.?|County)\s)?(?P<city>{_PLACE})(?=\s*(?:$|[,.;!?]|(?i:{_UK})|(?i:[A-Z]\d[\dW]\s?\w{{4}}\b)))"
)
# The English order: "Vienna 1070", "Hamburg, 20095".
_CODE_AFTER = re.compile(
    r"\b(?P<name>[A-ZÄÖÜ][\w.'-]{2,24}(?: [\w.'-]{2,20}){0,2}),?\s+\(?(?:A-|D-|CH-)?(?P<code>\d{4,5})(?![\w€£%-]|[.,:/]\d|\s?(?:euro?|people|times|\d))"
)
_TOWN_AND_CODE = re.compile(
    r"(?P<name>[A-ZÄÖÜ][\w.'-]{2,24}(?: [\w.'-]{2,20}){0,2}|[a-z]{4,20}),?\s+$"
)
# A place that no list knows, right before a postcode: "Portree IV51 9DE", "Kyle of Lochalsh, IV40 8AB".
_VILLAGE = re.compile(
    r"(?:^|[,;:]\s|\b(?:in|at|to|near|is|of)\s|\d\s)(?!(?:Postcode|Post|Eircode|Code|Address|My|The|New|It|Its|Co|County|Flat|Apt|Unit|Road|Street|Lane|Re)\b)"
    r"(?P<name>[A-Z][\w.'’]+(?:[ -](?:of|on|upon|the|le|by|in|under|[A-Z][\w'’]+)){0,3})(?<!Road)(?<!Street)(?<!Lane)(?<!Close)(?<!Avenue),?\s+$"
)
_IN_TOWN = re.compile(r"\s*,?\s+(?:(?:in|near)\s+|(?=[A-ZÄÖÜ]))(?P<name>\w[\w .'-]{2,40})")
_TOWN_BEFORE = re.compile(r"(?P<name>[A-ZÄÖÜ][\w.'-]{2,24}(?: [\w.'-]{2,20}){0,2}),\s+$")
_SWISS = re.compile(r"schweiz|switzerland|grüezi|\bchf\b|franken\b|\bCH-\d{4}\b", re.IGNORECASE)
_WORD = re.compile(r"[A-ZÄÖÜ][a-zäöüß]{2,}")
_SPEAKS_OF = re.compile(
    r"adress|anschrift|wohn|umgezogen|umzug|ziehe|zieh|plz|postleit|stra(?:ß|ss)e|str\.|moved?\b|moving|address|live|street|postcode|eircode",
    re.IGNORECASE,
)
_NO_CITY = re.compile(
    r"(?i:euro?|leute|kunden|leser|uhr|punkte|personen|mal|people|times|readers|customers|points|users|schritte|jahre|und|and|is|ist|oder|or|zeichen|words|wörter|abonnenten|menschen|bitte|mitarbeiter|seiten|km|meter|stunden|tage|gb|mb)"
)


def find_address(text: str) -> Iterator[Found]:
    """Every part of an address."""
    yield from _streets(text)
    for match in _GERMAN.finditer(text):
        yield from _with_city(match, text)
    for match in _ALPINE.finditer(text):
        code, place = ("code", "city") if match["code"] else ("known", "place")
        if match["known"] and not _alpine_or_foreign(match, text):
            continue
        yield Found(match.start(code), match.end(code), "postcode", match[code])
        yield _city(match, place)
    yield from _without_place(text)
    yield from _abroad(text)
    yield from _on_the_isles(text)
    yield from find_english_address(text)
    yield from find_city(text)


def _streets(text: str) -> Iterator[Found]:
    """Streets with a number, and the towns beside them."""
    for pattern in (_STREET_DE, _STREET_EN) if _NUMBERED.search(text) else (_STREET_EN,):
        for match in pattern.finditer(text):
            yield from _street(match, match.group(), text)
            yield from _town_beside(match, text)
    for match in _COMMA.finditer(text):
        number = f"{match['flat']}," if match["flat"] else match["house"]
        yield from _street(match, f"{number} {match['street']}", text)


def _street(match: "re.Match[str]", written: str, text: str) -> Iterator[Found]:
    """The street, and the town after its comma."""
    yield Found(match.start(), match.end(), "street", _tidy(written, text))
    if city := _AFTER_STREET.match(text, match.end()):
        yield _last_segment(city, text)


def _alpine_or_foreign(match: "re.Match[str]", text: str) -> bool:
    """Whether four digits stand before a town of Austria or Switzerland, or a city abroad where an address is given."""
    town = town_at(text, *match.span("place"))
    if town is None:
        return False
    country = country_of(match["place"])
    no_year = not match["known"].startswith(("19", "20"))
    return country in {"AT", "CH"} or bool(country is None and no_year and _SPEAKS_OF.search(text))


def _without_place(text: str) -> Iterator[Found]:
    """Postcodes after a word for one, and what they are said not to be."""
    for match in _CODE_ONLY.finditer(text):
        found: re.Match[str] | None = match
        while found:
            yield Found(found.start("code"), found.end("code"), "postcode", found["code"])
            found = _OTHER_CODE.match(text, found.end("code"))


def _abroad(text: str) -> Iterator[Found]:
    """Postcode and town in the order of other countries."""
    for match in _CODE_AFTER.finditer(text):
        lands = {"DE"} if len(match["code"]) > 4 else {"AT", "CH"}
        town = town_at(text, *match.span("name"))
        if town and town.end == match.end("name") and country_of(str(town.value)) in lands:
            yield town
            yield Found(match.start("code"), match.end("code"), "postcode", match["code"])
    for match in _DUTCH.finditer(text):
        yield Found(match.start("code"), match.end("code"), "postcode", match["code"])
        yield _city(match, "city")


def _town_beside(street: "re.Match[str]", text: str) -> Iterator[Found]:
    """The town of "Technikumstrasse 9 in Winterthur" and "Bonn, Hauptstr. 5"."""
    after = None if _AFTER_STREET.match(text, street.end()) else _IN_TOWN.match(text, street.end())
    if after and (town := town_at(text, *after.span("name"))):
        yield town
    if before := _TOWN_BEFORE.search(text, max(0, street.start() - 70), street.start()):
        town = town_at(text, *before.span("name"))
        if town and town.end == before.end("name"):
            yield town


def _with_city(match: "re.Match[str]", text: str) -> Iterator[Found]:
    """A German postcode and its city; in small letters only where nothing else or an address is spoken of."""
    small = match["city"][0].islower()
    alone = match.group().strip() == text.strip(" .,!")
    if _NO_CITY.fullmatch(match["city"]) or (small and not alone and not _SPEAKS_OF.search(text)):
        return
    yield Found(match.start("code"), match.end("code"), "postcode", match["code"])
    yield _city(match, "city")


def _last_segment(first: "re.Match[str]", text: str) -> Found:
    """The town of "3 Mill Lane, Salthill, Galway": the last known one of the places in a row, else the first."""
    found, at = _city(first, "city"), first.end("city")
    while match := _SEGMENT.match(text, at):
        at = match.end("city")
        if (
            not match["county"]
            and not _COUNTRY.fullmatch(match["city"])
            and town_at(text, *match.span("city"))
        ):
            found = _city(match, "city")
    return found


def _before_code(text: str, start: int) -> Iterator[Found]:
    """The town that stands before a postcode, as on the isles: "Leeds LS1 4DY"."""
    if before := _TOWN_AND_CODE.search(text, max(0, start - 70), start):
        words = before["name"].split()
        for skipped in range(len(words)):
            at = before.start("name") + before["name"].index(words[skipped])
            town = town_at(text, at, before.end("name"))
            if town and town.end == before.end("name"):
                yield town
                return
    if small := _VILLAGE.search(text, max(0, start - 70), start):
        yield Found(*small.span("name"), "city", small["name"])


def _on_the_isles(text: str) -> Iterator[Found]:
    for match in _BRITISH.finditer(text):
        code = re.sub(r"\s", "", match["code"]).upper()
        yield Found(match.start("code"), match.end("code"), "postcode", f"{code[:-3]} {code[-3:]}")
        yield from _before_code(text, match.start())
        # Behind it stands the town only now and then: "NR2 4PD Norwich", but "NR2 4PD Thanks".
        if match["city"] and country_of(match["city"]):
            yield _city(match, "city")
    for match in _IRISH.finditer(text):
        code = re.sub(r"\s", "", match["code"]).upper()
        sure = match["code"].isupper() or _SPEAKS_OF.search(text)
        if sum(char.isdigit() for char in code) >= (2 if sure else 3):
            yield Found(
                match.start("code"), match.end("code"), "postcode", f"{code[:3]} {code[3:]}"
            )
            yield from _before_code(text, match.start())


def _city(match: "re.Match[str]", group: str) -> Found:
    written = _without_country(match[group])
    value = written.title() if written.islower() else written
    return Found(match.start(group), match.start(group) + len(written), "city", value)


def _without_country(written: str) -> str:
    """The town of "Berlin Mitte" and "Munich Germany": what is known, where the whole is not."""
    first, _, rest = written.partition(" ")
    foreign = rest.isalpha() and country_of(first) and not country_of(written)
    return first if foreign else written


def _tidy(written: str, text: str) -> str:
    """A street in one form: one space, "straße" and "Road" in full, capitals; the Swiss know no ß."""
    street = " ".join(written.split())
    asse = r"\." if "asse" in street and _is_swiss(text) else r"(?:asse|\.)"
    street = re.sub(rf"(?i)(str{asse}|str(?=\s))", _street_word, street)
    street = re.sub(r"\bRd\b\.?", "Road", street)
    street = re.sub(r"(?<=\s)St\.?$", "Street", street)
    return street[:1].upper() + street[1:] if street[:1].islower() else street


def _street_word(match: "re.Match[str]") -> str:
    return "Straße" if match.group()[0] == "S" else "straße"


def _is_swiss(text: str) -> bool:
    return bool(_SWISS.search(text)) or any(
        country_of(word.group()) == "CH" for word in _WORD.finditer(text)
    )
