"""What a report or a change of the delivery would mean, told before it is done."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from subscriptions import Subscriptions
from subscriptions.model.delivery import ProblemKind, Remedy, SuspensionKind
from subscriptions.model.profile import NewAddress
from subscriptions.store import tables as t
from tests.integration.subscriptions.looking import rows
from tests.integration.subscriptions.making_delivery import PAPER, READER, TODAY, printed_contract
from tests.integration.subscriptions.people import bot_for

READ = bot_for(READER)
FRIDAY = TODAY - timedelta(days=1)
FIRST, LAST = date(2026, 12, 1), date(2026, 12, 12)


def test_an_offer_says_what_a_report_would_bring_and_changes_nothing(
    business: Subscriptions, engine: Engine
) -> None:
    printed_contract(engine)
    offer = business.delivery.problem_offer(READ, FRIDAY, PAPER)
    assert rows(engine, t.deliveries, subscription=PAPER) == []
    receipt = business.delivery.report_problem(
        READ, FRIDAY, ProblemKind.LATE, Remedy.CREDIT, key="k", subscription=PAPER
    )
    assert (offer.credit, offer.reported) == (receipt.credit, receipt.reported)
    day = FRIDAY - timedelta(days=1)
    copy = business.delivery.report_problem(
        READ, day, ProblemKind.LATE, Remedy.REDELIVERY, key="l", subscription=PAPER
    )
    assert offer.redelivery_on == copy.redelivery_on


@pytest.mark.parametrize("kind", [SuspensionKind.INTERRUPT, SuspensionKind.DONATE])
def test_a_quote_says_what_the_receipt_will_say(
    business: Subscriptions, engine: Engine, kind: SuspensionKind
) -> None:
    printed_contract(engine)
    quote = business.delivery.suspension_quote(READ, FIRST, LAST, kind, subscription=PAPER)
    assert rows(engine, t.suspensions, subscription=PAPER) == []
    receipt = business.delivery.suspend(READ, FIRST, LAST, kind, key="k", subscription=PAPER)
    assert (quote.issues, quote.credit) == (receipt.issues, receipt.credit)
    assert (quote.resumes_on, quote.kind) == (receipt.resumes_on, receipt.kind)


def test_a_quote_of_a_redirection_names_the_town(business: Subscriptions, engine: Engine) -> None:
    printed_contract(engine)
    home = NewAddress("delivery", "Am Deich 4", "25813", "Husum")
    redirect = SuspensionKind.REDIRECT
    quote = business.delivery.suspension_quote(
        READ, FIRST, LAST, redirect, address=home, subscription=PAPER
    )
    assert (quote.city, quote.credit, quote.issues) == ("Husum", None, 11)
