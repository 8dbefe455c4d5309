"""Digital access with the label of a printed issue, and the devices that use an account."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from subscriptions import Subscriptions
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.identity import AccessReceipt, SignOutReceipt
from subscriptions.store import tables as t
from tests.integration.subscriptions.looking import rows
from tests.integration.subscriptions.making_identity import LABEL, POSTCODE, label, signed_in
from tests.integration.subscriptions.people import NOW, SetClock, bot_for

GERDA, MARCUS = bot_for("K-1005"), bot_for("K-1002")


def refused(call: Callable[[], object]) -> SubscriptionError:
    with pytest.raises(SubscriptionError) as error:
        call()
    return error.value


@pytest.mark.parametrize(("number", "postcode"), [(LABEL, POSTCODE), (" ab-77 8899", " 25 813 ")])
def test_the_label_opens_the_digital_access(
    business: Subscriptions, engine: Engine, number: str, postcode: str
) -> None:
    label(engine, "S-1005")
    receipt = business.identity.link_access(GERDA, number, postcode, key="k")
    assert receipt == AccessReceipt(LABEL, "press-complete", NOW)
    (stored,) = rows(engine, t.access_numbers, number=LABEL)
    assert stored["linked_to"] == "K-1005"
    assert [c["template"] for c in rows(engine, t.contacts, customer="K-1005")] == ["access_linked"]
    assert len(rows(engine, t.audit, action="identity.link_access")) == 1


def test_linking_again_changes_nothing(
    business: Subscriptions, engine: Engine, clock: SetClock
) -> None:
    label(engine, "S-1005", linked_to="K-1005")
    before = rows(engine, t.access_numbers, number=LABEL)
    receipt = business.identity.link_access(GERDA, LABEL, POSTCODE, key="k")
    assert receipt.linked_at == before[0]["linked_at"]
    assert rows(engine, t.access_numbers, number=LABEL) == before
    assert rows(engine, t.contacts, customer="K-1005") == []


def test_whoever_gets_the_paper_hears_that_another_account_uses_it(
    business: Subscriptions, engine: Engine
) -> None:
    label(engine, "S-1005")
    business.identity.link_access(MARCUS, LABEL, POSTCODE, key="k")
    assert [c["template"] for c in rows(engine, t.contacts, customer="K-1005")] == ["access_linked"]


@pytest.mark.parametrize(("number", "postcode"), [(LABEL, "25814"), ("AB-778890", POSTCODE)])
def test_a_wrong_number_and_a_wrong_postcode_say_the_same(
    business: Subscriptions, engine: Engine, number: str, postcode: str
) -> None:
    """Also for a label that is taken: the case is made only for who holds the whole label."""
    label(engine, "S-1005", linked_to="K-1002")
    error = refused(lambda: business.identity.link_access(GERDA, number, postcode, key="k"))
    assert (error.code, error.facts) == (Code.ACCESS_NUMBER_UNKNOWN, {})


def test_a_label_of_somebody_else_goes_to_a_person(business: Subscriptions, engine: Engine) -> None:
    label(engine, "S-1005", linked_to="K-1002")
    errors = [
        refused(lambda k=k: business.identity.link_access(GERDA, LABEL, POSTCODE, key=k))
        for k in ("k1", "k1", "k2")
    ]
    (case,) = rows(engine, t.cases, customer="K-1005")
    assert [(e.code, e.facts) for e in errors] == [
        (Code.ACCESS_TAKEN, {"number": case["number"]})
    ] * 3
    assert (case["kind"], case["skill"]) == ("link_access", "SEC")
    assert rows(engine, t.access_numbers, number=LABEL)[0]["linked_to"] == "K-1002"


def test_devices_are_listed_with_the_limit_of_the_plan(
    business: Subscriptions, engine: Engine
) -> None:
    before = business.identity.devices(MARCUS).devices
    signed_in(engine, "K-1002", "Fernseher", "Tablet")
    found = business.identity.devices(MARCUS)
    assert [d.name for d in found.devices if d not in before] == ["Fernseher", "Tablet"]
    plan = rows(engine, t.plans, code="stream-basic")[0]
    assert found.limit == plan["device_limit"]


def test_one_device_is_signed_out(business: Subscriptions, engine: Engine) -> None:
    there = len(business.identity.devices(GERDA).devices)
    tv, _ = signed_in(engine, "K-1005", "Fernseher", "Tablet")
    receipt = business.identity.sign_out_devices(GERDA, tv, key="k")
    assert (receipt.signed_out, receipt.left) == (("Fernseher",), there + 1)
    assert business.identity.sign_out_devices(GERDA, tv, key="k") == receipt
    assert tv not in [d.id for d in business.identity.devices(GERDA).devices]
    assert [c["template"] for c in rows(engine, t.contacts, customer="K-1005")] == [
        "devices_signed_out"
    ]


def test_all_devices_are_signed_out_and_only_ones_own(
    business: Subscriptions, engine: Engine
) -> None:
    signed_in(engine, "K-1005", "Fernseher", "Tablet")
    signed_in(engine, "K-1002", "Laptop")
    others = business.identity.devices(MARCUS)
    receipt = business.identity.sign_out_devices(GERDA, key="k")
    assert isinstance(receipt, SignOutReceipt)
    assert (set(receipt.signed_out) >= {"Fernseher", "Tablet"}, receipt.left) == (True, 0)
    assert business.identity.devices(GERDA).devices == ()
    assert business.identity.devices(MARCUS) == others
    assert business.identity.sign_out_devices(GERDA, key="k2").signed_out == ()
