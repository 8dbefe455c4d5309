"""What people write about plans: monthly or yearly, calling a change off, what they already have, a whole company.

Invariants: reading is pure; only clear words count.
"""

import re
from collections.abc import Iterable

from actions.turn import Turn
from subscriptions.model.catalogue import Plan

_YEAR = re.compile(
    r"\b(?:jährlich\w*|jaehrlich\w*|jahres\w*|pro jahr|im jahr|auf jahr|year\w*|annual\w*)\b", re.I
)
_MONTH = re.compile(r"\b(?:monatlich\w*|monats\w*|pro monat|month\w*)\b", re.I)
_INSTEAD = re.compile(
    r"\b(?:statt|anstatt|anstelle|instead of|rather than|nicht mehr|no longer)\b", re.I
)
_BACK = re.compile(
    r"\bdoch nicht\b|rückgängig|rueckgaengig|zur[üu](?:e)?ck(?:nehm|zieh|ziehen|zunehm)|storn|vorgemerkt|call(?:ed)? (?:it )?off|\bundo\b"
    r"|take\b.*\bback|after all|do ?n[o']t (?:switch|change|downgrade)|cancel the (?:change|switch|downgrade)|scheduled",
    re.I,
)
_STAY = re.compile(r"behalten|bleib|\bkeep\b|\bstay\b", re.I)
_FROM = re.compile(r"\b(?:von|vom|aus|weg|from|statt|instead of|out of)\b", re.I)
_COMPANY = re.compile(
    r"\bfirmen\w*|geschäftskund\w*|unternehmen\w*|\b(?:unsere?|die|eine|meine) (?:firma|betrieb|abteilung|schule|behörde)\b|betrieb\b"
    r"|mitarbeite\w*|belegschaft|kollegen|corporate|\bcompany\b|\bbusiness (?:plan|rate|offer|customer)|employees|\bstaff\b"
    r"|\bour (?:firm|office|school|team)\b|enterprise|volume",
    re.I,
)


_PER = r"(?! (?:monat|jahr|woche|tag|month|year)\b)"  # "pro Monat" is no plan called Pro


def plans_named(turn: Turn, plans: Iterable[Plan]) -> list[str]:
    """The plans of a product that are named, also by the telling part of their names; the last one first."""
    sold = {plan.code: plan for plan in plans}
    said = (turn.pressed.get("plan"), *reversed(turn.entities.get("plan", ())))
    found = [code for code in said if code in sold]
    return found or _by_telling_word(turn.typed, sold.values())


def _by_telling_word(typed: str, plans: Iterable[Plan]) -> list[str]:
    """Of plans with the same telling word the one with the shortest name counts."""
    meant = _INSTEAD.split(typed, maxsplit=1)[0] or typed
    places: dict[str, int] = {}
    for plan in sorted(plans, key=lambda each: -len(each.name_de)):
        for name in (plan.name_de, plan.name_en):
            word = name.split()[1:2]
            pattern = rf"\b{re.escape(word[0])}\b{_PER}" if word else r"(?!)"
            for match in re.finditer(pattern, meant, re.IGNORECASE):
                places = {c: at for c, at in places.items() if at != match.start()}
                places[plan.code] = match.start()
    return sorted(places, key=lambda code: -places[code])


def interval(turn: Turn) -> str | None:
    """`year` or `month`, whichever is wanted; of both the one that does not stand behind "instead of"."""
    before, *after = _INSTEAD.split(turn.typed, maxsplit=1)
    return _one_of(before) or _one_of(" ".join(after)) or _later(turn.typed)


def _one_of(typed: str) -> str | None:
    year, month = _YEAR.search(typed), _MONTH.search(typed)
    if bool(year) == bool(month):
        return None
    return "year" if year else "month"


def _later(typed: str) -> str | None:
    """Of both without any "instead": what is gone over to stands last ("from monthly to yearly")."""
    places = [(m.start(), "year") for m in _YEAR.finditer(typed)]
    places += [(m.start(), "month") for m in _MONTH.finditer(typed)]
    return max(places)[1] if places else None


def calls_off(turn: Turn) -> bool:
    """Whether a change is to be called off, said clearly."""
    return _BACK.search(turn.typed) is not None


def stays(turn: Turn) -> bool:
    """Whether somebody wants to keep what they have."""
    return _STAY.search(turn.typed) is not None


def comes_from(turn: Turn) -> bool:
    """Whether a plan is named as the one to leave."""
    return _FROM.search(turn.typed) is not None


def is_company(turn: Turn) -> bool:
    """Whether somebody asks for a whole company."""
    return _COMPANY.search(turn.typed) is not None
