"""What has changed since the handover: each change in plain words of both languages, and nothing that is the same."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.desk.snapshots.changes import changes

EURO = {"minor": 1199, "currency": "EUR"}
NONE = {"minor": 0, "currency": "EUR"}
PLAN = {"code": "stream-standard", "name_de": "Stream Standard", "name_en": "Stream Standard"}
SMALL = {"code": "stream-basic", "name_de": "Stream Basis", "name_en": "Stream Basic"}
CONTRACT: dict[str, Any] = {
    "id": "S-1001",
    "plan": PLAN,
    "state": "past_due",
    "entitlement": "full",
    "ends_on": None,
    "renews_on": "2026-12-12",
    "pending_plan": None,
    "pending_from": None,
    "pause": None,
    "vouchers": [],
}
VIEW: dict[str, Any] = {
    "as_of": "2026-11-23T10:00:00+00:00",
    "header": {"login": "tries", "holds": []},
    "contracts": [CONTRACT],
    "money": {
        "balance": {"open": EURO, "next_on": "2026-12-12", "next_amount": EURO},
        "payments": [
            {"invoice": "RE-1", "on": "2026-11-12", "total": EURO, "result": "failed"},
            {"invoice": "RE-0", "on": "2026-10-12", "total": EURO, "result": "paid"},
        ],
        "refunds": [],
        "promise": None,
        "dunning": {"state": "reminded"},
        "method": {"label": "Visa •••• 4242", "mandate_state": None},
    },
    "cases": [{"number": "C-1", "missed": False}],
}
HOLD = {"kind": "dispute", "invoice": "RE-1", "since": "2026-11-23T10:05:00+00:00"}
PAUSE = {"from_on": "2026-12-12", "until_on": "2027-01-12"}


def changed(*path: str | int, to: Any) -> dict[str, Any]:
    """The view with one value changed."""
    view = deepcopy(VIEW)
    spot: Any = view
    for name in path[:-1]:
        spot = spot[name]
    spot[path[-1]] = to
    return view


CASES: list[tuple[dict[str, Any], str, str, str]] = [
    (
        changed("money", "balance", "open", to=NONE),
        "money",
        "Offen sind jetzt 0,00\N{NO-BREAK SPACE}€ statt 11,99\N{NO-BREAK SPACE}€.",
        "€0.00 is open now instead of €11.99.",
    ),
    (
        changed("money", "payments", 0, "result", to="late"),
        "money",
        "Rechnung RE-1 ist jetzt bezahlt, vorher fehlgeschlagen.",
        "Invoice RE-1 is paid now, before it was failed.",
    ),
    (
        changed("money", "balance", "next_on", to="2026-12-01"),
        "money",
        "Nächste Abbuchung: 11,99\N{NO-BREAK SPACE}€ am 1. Dezember 2026, vorher 11,99\N{NO-BREAK SPACE}€ am 12. Dezember 2026.",
        "Next debit: €11.99 on 1 December 2026, before: €11.99 on 12 December 2026.",
    ),
    (
        changed("money", "promise", to={"state": "kept", "amount": EURO, "due_on": "2026-11-30"}),
        "money",
        "Das Versprechen über 11,99\N{NO-BREAK SPACE}€ bis 30. November 2026 wurde gehalten.",
        "The promise of €11.99 by 30 November 2026 was kept.",
    ),
    (
        changed("money", "dunning", to=None),
        "money",
        "Das Mahnverfahren ist beendet.",
        "Dunning has ended.",
    ),
    (
        changed("money", "method", "label", to="IBAN •••• 1234"),
        "method",
        "Zahlungsweg: jetzt IBAN •••• 1234, vorher Visa •••• 4242.",
        "Way to pay: IBAN •••• 1234 now, before: Visa •••• 4242.",
    ),
    (
        changed("header", "holds", to=[HOLD]),
        "holds",
        "Es ruht: Forderung bestritten (Rechnung RE-1).",
        "It rests: claim disputed (invoice RE-1).",
    ),
    (changed("cases", to=[]), "cases", "Vorgang C-1 ist geschlossen.", "Case C-1 is closed."),
    (
        changed("cases", 0, "missed", to=True),
        "cases",
        "Die Antwort zu Vorgang C-1 ist überfällig.",
        "The answer to case C-1 is overdue.",
    ),
    (
        changed("contracts", 0, "plan", to=SMALL),
        "contract",
        "Tarif: jetzt Stream Basis, vorher Stream Standard.",
        "Plan: Stream Basic now, before: Stream Standard.",
    ),
    (
        changed("contracts", 0, "state", to="active"),
        "contract",
        "Stream Standard ist jetzt aktiv.",
        "Stream Standard is active now.",
    ),
    (
        changed("contracts", 0, "pause", to=PAUSE),
        "contract",
        "Stream Standard pausiert vom 12. Dezember 2026 bis 12. Januar 2027.",
        "Stream Standard is paused from 12 December 2026 to 12 January 2027.",
    ),
    (
        changed("contracts", 0, "ends_on", to="2026-12-12"),
        "contract",
        "Stream Standard endet am 12. Dezember 2026.",
        "Stream Standard ends on 12 December 2026.",
    ),
    (
        changed("contracts", 0, "entitlement", to="limited"),
        "access",
        "Zugang zu Stream Standard: jetzt eingeschränkt.",
        "Access to Stream Standard: limited now.",
    ),
    (changed("header", "login", to="free"), "access", "Anmeldung: jetzt frei.", "Login: open now."),
]


@pytest.mark.parametrize(("after", "area", "de", "en"), CASES, ids=lambda value: str(value)[:40])
def test_one_change_is_one_sentence(after: dict[str, Any], area: str, de: str, en: str) -> None:
    (change,) = changes(VIEW, after)
    assert (change.area, change.text.de, change.text.en) == (area, de, en)


def test_the_same_view_has_no_changes() -> None:
    assert changes(VIEW, deepcopy(VIEW)) == []
    later = changed("as_of", to="2026-11-23T12:00:00+00:00")
    assert changes(VIEW, later) == []


def test_a_new_invoice_and_a_refund_are_told() -> None:
    new = {"invoice": "RE-2", "on": "2026-12-12", "total": EURO, "result": "processing"}
    view = changed("money", "payments", to=[new, *VIEW["money"]["payments"]])
    refund = {"reference": "G-1", "amount": EURO, "invoice": "RE-0", "state": "submitted"}
    view["money"]["refunds"] = [refund]
    assert [change.text.en for change in changes(VIEW, view)] == [
        "New invoice RE-2 for €11.99: under way.",
        "Refund of €11.99 for invoice RE-0.",
    ]


def test_an_old_invoice_that_comes_into_sight_is_no_news() -> None:
    old = {"invoice": "RE-00", "on": "2025-10-12", "total": EURO, "result": "paid"}
    view = changed("money", "payments", to=[*VIEW["money"]["payments"], old])
    assert changes(VIEW, view) == []


def test_a_change_carried_out_as_planned_says_the_plan_only() -> None:
    before = changed("contracts", 0, "pending_plan", to=SMALL)
    after = changed("contracts", 0, "plan", to=SMALL)
    assert [change.text.en for change in changes(before, after)] == [
        "Plan: Stream Basic now, before: Stream Standard."
    ]


PATHS = st.sampled_from(
    [
        ("money",),
        ("header",),
        ("contracts",),
        ("cases",),
        ("money", "balance"),
        ("money", "refunds"),
    ]
)


@given(PATHS, st.booleans())
def test_what_one_view_does_not_know_is_no_change(path: tuple[str, ...], old: bool) -> None:
    """A view of another release may lack a part; nothing is invented about it, and nothing breaks."""
    partial = deepcopy(VIEW)
    spot: Any = partial
    for name in path[:-1]:
        spot = spot[name]
    del spot[path[-1]]
    before, after = (partial, VIEW) if old else (VIEW, partial)
    assert changes(before, after) == []
