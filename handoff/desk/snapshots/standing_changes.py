"""What has changed about holds, cases, contracts and access."""

from collections.abc import Iterator, Mapping
from typing import Any

from handoff.desk.snapshots.named import ACCESS, HOLDS, LOGINS, STATES, named
from handoff.desk.snapshots.reading import View, at, both, day_of, know, listed
from handoff.desk.words import Words, put, same


def hold_changes(before: View, after: View) -> Iterator[Words]:
    """What rests now, and what rests no more."""
    if not know(before, after, "header", "holds"):
        return
    old, new = (
        {_hold(h): h for h in at(view, "header", "holds") or ()} for view in (before, after)
    )
    for key in new.keys() - old.keys():
        yield put("Es ruht: {why}.", "It rests: {why}.", why=_hold_words(new[key]))
    for key in old.keys() - new.keys():
        yield put("Ruht nicht mehr: {why}.", "Rests no more: {why}.", why=_hold_words(old[key]))


def _hold(hold: Mapping[str, Any]) -> tuple[Any, ...]:
    return (hold["kind"], hold["invoice"] or "", hold["since"])


def _hold_words(hold: Mapping[str, Any]) -> Words:
    why = named(HOLDS, hold["kind"])
    if not hold["invoice"]:
        return why
    return put("{why} (Rechnung {n})", "{why} (invoice {n})", why=why, n=same(hold["invoice"]))


def case_changes(before: View, after: View) -> Iterator[Words]:
    """Cases that were opened, closed, or are late by now."""
    found = listed(before, after, ("cases",), key="number")
    if found is None:
        return
    old, new = found
    for number in new.keys() - old.keys():
        yield put("Neuer Vorgang {n}.", "New case {n}.", n=same(number))
    for number in old.keys() - new.keys():
        yield put("Vorgang {n} ist geschlossen.", "Case {n} is closed.", n=same(number))
    for number in new.keys() & old.keys():
        if new[number]["missed"] and not old[number]["missed"]:
            yield put(
                "Die Antwort zu Vorgang {n} ist überfällig.",
                "The answer to case {n} is overdue.",
                n=same(number),
            )


def contract_changes(before: View, after: View) -> Iterator[Words]:
    """Contracts, their plans, ends and pauses."""
    found = listed(before, after, ("contracts",), key="id")
    if found is None:
        return
    old, new = found
    for number in new.keys() - old.keys():
        yield put(
            "Neuer Vertrag: {plan}.", "New contract: {plan}.", plan=_plan(new[number]["plan"])
        )
    for number in old.keys() - new.keys():
        yield put(
            "Vertrag {plan} besteht nicht mehr.",
            "The contract {plan} is gone.",
            plan=_plan(old[number]["plan"]),
        )
    for number in sorted(new.keys() & old.keys()):
        yield from _changed(old[number], new[number])


def _plan(plan: Mapping[str, Any]) -> Words:
    return Words(de=plan["name_de"], en=plan["name_en"])


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Words]:
    plan = _plan(new["plan"])
    if old["plan"]["code"] != new["plan"]["code"]:
        yield put(
            "Tarif: jetzt {new}, vorher {old}.",
            "Plan: {new} now, before: {old}.",
            new=plan,
            old=_plan(old["plan"]),
        )
    if old["state"] != new["state"]:
        yield put(
            "{plan} ist jetzt {s}.", "{plan} is {s} now.", plan=plan, s=named(STATES, new["state"])
        )
    yield from _pending(old, new)
    if new["ends_on"] != old["ends_on"]:
        yield _ends(plan, new["ends_on"])
    yield from _pause(plan, old.get("pause"), new.get("pause"))
    yield from _booked(old, new)


def _pending(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Words]:
    was, is_ = ((one["pending_plan"] or {}).get("code") for one in (old, new))
    if was == is_:
        return
    if is_ is None:
        if old["pending_plan"]["code"] != new["plan"]["code"]:
            yield Words(
                de="Der geplante Tarifwechsel ist zurückgenommen.",
                en="The planned change of plan was called off.",
            )
        return
    yield put(
        "Geplant: {plan} ab {on}.",
        "Planned: {plan} from {on}.",
        plan=_plan(new["pending_plan"]),
        on=day_of(new["pending_from"] or new["renews_on"]),
    )


def _ends(plan: Words, on: str | None) -> Words:
    if on is None:
        return put("{plan} endet nicht mehr.", "{plan} does not end any more.", plan=plan)
    return put("{plan} endet am {on}.", "{plan} ends on {on}.", plan=plan, on=day_of(on))


def _pause(
    plan: Words, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None
) -> Iterator[Words]:
    if new is not None and (old is None or old["from_on"] != new["from_on"]):
        yield put(
            "{plan} pausiert vom {a} bis {b}.",
            "{plan} is paused from {a} to {b}.",
            plan=plan,
            a=day_of(new["from_on"]),
            b=day_of(new["until_on"]),
        )
    elif old is not None and new is None:
        yield put("Die Pause von {plan} ist zu Ende.", "The pause of {plan} is over.", plan=plan)


def _booked(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Words]:
    def names(contract: Mapping[str, Any]) -> dict[str, Words]:
        return {v["code"]: same(v["code"]) for v in contract.get("vouchers", ())}

    was, is_ = names(old), names(new)
    for code in is_.keys() - was.keys():
        yield put(
            "Gutschein oder Gutschrift {c} eingetragen.",
            "Voucher or credit {c} noted.",
            c=is_[code],
        )


def access_changes(before: View, after: View) -> Iterator[Words]:
    """The login, and what may be used."""
    if (pair := both(before, after, "header", "login")) is not None:
        yield put("Anmeldung: jetzt {s}.", "Login: {s} now.", s=named(LOGINS, pair[1]))
    old, new = listed(before, after, ("contracts",), key="id") or ({}, {})
    for number in sorted(new.keys() & old.keys()):
        if old[number]["entitlement"] != new[number]["entitlement"]:
            yield put(
                "Zugang zu {plan}: jetzt {s}.",
                "Access to {plan}: {s} now.",
                plan=_plan(new[number]["plan"]),
                s=named(ACCESS, new[number]["entitlement"]),
            )
