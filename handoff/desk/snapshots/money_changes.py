"""What has changed about a subscriber's money and the way it is paid; the money first."""

from collections.abc import Iterator

from handoff.desk.snapshots.named import DUNNING, MANDATES, PAID, named
from handoff.desk.snapshots.reading import NOTHING, View, amount, at, both, day_of, know, listed
from handoff.desk.words import Words, put, same


def money_changes(before: View, after: View) -> Iterator[Words]:
    """Balance, invoices, refunds, the next debit, promises, dunning."""
    if not know(before, after, "money"):
        return
    if (pair := both(before, after, "money", "balance", "open")) is not None:
        yield put(
            "Offen sind jetzt {new} statt {old}.",
            "{new} is open now instead of {old}.",
            old=amount(pair[0]),
            new=amount(pair[1]),
        )
    yield from _invoices(before, after)
    yield from _refunds(before, after)
    yield from _next_debit(before, after)
    yield from _promises(before, after)
    yield from _dunning(before, after)


def _invoices(before: View, after: View) -> Iterator[Words]:
    found = listed(before, after, ("money", "payments"), key="invoice")
    if found is None:
        return
    old, new = found
    for number, dot in new.items():
        if number not in old and (not old or dot["on"] >= max(o["on"] for o in old.values())):
            yield put(
                "Neue Rechnung {n} über {amount}: {state}.",
                "New invoice {n} for {amount}: {state}.",
                n=same(number),
                amount=amount(dot["total"]),
                state=named(PAID, dot["result"]),
            )
        elif number in old and old[number]["result"] != dot["result"]:
            yield put(
                "Rechnung {n} ist jetzt {new}, vorher {old}.",
                "Invoice {n} is {new} now, before it was {old}.",
                n=same(number),
                new=named(PAID, dot["result"]),
                old=named(PAID, old[number]["result"]),
            )


def _refunds(before: View, after: View) -> Iterator[Words]:
    found = listed(before, after, ("money", "refunds"), key="reference")
    old, new = found or ({}, {})
    for reference, refund in new.items():
        if reference not in old:
            yield put(
                "Erstattung von {amount} zu Rechnung {n}.",
                "Refund of {amount} for invoice {n}.",
                amount=amount(refund["amount"]),
                n=same(refund["invoice"]),
            )
        elif old[reference]["state"] != refund["state"] and refund["state"] == "succeeded":
            yield put(
                "Erstattung von {a} angekommen.",
                "Refund of {a} has arrived.",
                a=amount(refund["amount"]),
            )


def _next_debit(before: View, after: View) -> Iterator[Words]:
    old, new = (_debit(view) for view in (before, after))
    if old is not None and new is not None and old != new:
        yield put(
            "Nächste Abbuchung: {new}, vorher {old}.",
            "Next debit: {new}, before: {old}.",
            new=new,
            old=old,
        )


def _debit(view: View) -> Words | None:
    """Day and amount of the next debit, in words; None for a view that does not say."""
    balance = at(view, "money", "balance")
    if balance is None:
        return None
    if not balance.get("next_on") or not balance.get("next_amount"):
        return NOTHING
    on, sum_ = day_of(balance["next_on"]), amount(balance["next_amount"])
    return put("{sum} am {on}", "{sum} on {on}", sum=sum_, on=on)


_PROMISES = {
    "confirmed": (
        "Zahlung von {amount} bis {on} versprochen.",
        "Payment of {amount} promised by {on}.",
    ),
    "kept": (
        "Das Versprechen über {amount} bis {on} wurde gehalten.",
        "The promise of {amount} by {on} was kept.",
    ),
    "broken": (
        "Das Versprechen über {amount} bis {on} wurde nicht gehalten.",
        "The promise of {amount} by {on} was not kept.",
    ),
}


def _promises(before: View, after: View) -> Iterator[Words]:
    old, new = at(before, "money", "promise"), at(after, "money", "promise")
    if new is None or new == old or new["state"] not in _PROMISES:
        return
    de, en = _PROMISES[new["state"]]
    yield put(de, en, amount=amount(new["amount"]), on=day_of(new["due_on"]))


def _dunning(before: View, after: View) -> Iterator[Words]:
    old, new = (at(view, "money", "dunning") for view in (before, after))
    was, is_ = (one["state"] if one else None for one in (old, new))
    if was == is_:
        return
    if new is None:
        yield Words(de="Das Mahnverfahren ist beendet.", en="Dunning has ended.")
    else:
        yield put("Mahnverfahren: jetzt „{s}“.", "Dunning: “{s}” now.", s=named(DUNNING, is_))


def method_changes(before: View, after: View) -> Iterator[Words]:
    """The way to pay and its mandate."""
    if not know(before, after, "money"):
        return
    old, new = at(before, "money", "method"), at(after, "money", "method")
    was, is_ = (one["label"] if one else None for one in (old, new))
    if was != is_:
        yield put(
            "Zahlungsweg: jetzt {new}, vorher {old}.",
            "Way to pay: {new} now, before: {old}.",
            new=same(is_) if is_ else NOTHING,
            old=same(was) if was else NOTHING,
        )
    elif old and new and old["mandate_state"] != new["mandate_state"]:
        yield put(
            "Das Mandat ist jetzt {s}.",
            "The mandate is {s} now.",
            s=named(MANDATES, new["mandate_state"]),
        )
