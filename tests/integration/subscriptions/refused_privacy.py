"""What the use cases of privacy refuse."""

from dataclasses import replace
from datetime import timedelta

from subscriptions.errors import Code
from subscriptions.model.base import Caller, Level
from subscriptions.model.privacy import ObjectionKind
from tests.integration.subscriptions.making_cases import opened_case
from tests.integration.subscriptions.making_privacy import (
    asked_for_erasure,
    nothing_left_to_do,
    waiting_export,
)
from tests.integration.subscriptions.people import AGENT, NOBODY, NOW, bot_for
from tests.integration.subscriptions.refusals import Refused, World

NUMBER, CASE = "K-1002", "F-ERASE"
IDENTIFIED = bot_for(NUMBER)
SURE = bot_for(NUMBER, Level.CONFIRMED)
STALE = replace(SURE, proven_at=NOW - timedelta(minutes=10, seconds=1))


def asked(world: World) -> None:
    asked_for_erasure(world.engine, NUMBER)


def asked_and_free(world: World) -> None:
    asked(world)
    nothing_left_to_do(world.engine, NUMBER)


def carried_out(world: World) -> None:
    asked_and_free(world)
    world.business.privacy.execute_erasure(AGENT, CASE, key="first")


def declined(world: World) -> None:
    asked_and_free(world)
    world.business.privacy.refuse_erasure(AGENT, CASE, "Not now.", key="first")


def owes(world: World) -> None:
    """K-1001 owes an invoice, and the contract runs."""
    asked_for_erasure(world.engine, "K-1001")


def complained(caller: Caller, world: World) -> None:
    """The key is used for something else."""
    world.business.cases.complain(caller, "Something else.", key="k")


def key_of_reader(world: World) -> None:
    complained(SURE, world)


def key_of_nobody(world: World) -> None:
    asked_and_free(world)
    complained(NOBODY, world)


_P = "privacy."
REFUSED: tuple[Refused, ...] = (
    Refused(
        _P + "export",
        "nobody is identified",
        Code.IDENTITY_NEEDED,
        lambda w: w.business.privacy.export(NOBODY, key="k"),
    ),
    Refused(
        _P + "export",
        "identified, not confirmed",
        Code.STEP_UP_NEEDED,
        lambda w: w.business.privacy.export(IDENTIFIED, key="k"),
    ),
    Refused(
        _P + "export",
        "confirmed more than 10 minutes ago",
        Code.STEP_UP_NEEDED,
        lambda w: w.business.privacy.export(STALE, key="k"),
    ),
    Refused(
        _P + "export",
        "a copy is being made",
        Code.EXPORT_RUNNING,
        lambda w: w.business.privacy.export(SURE, key="k"),
        lambda w: waiting_export(w.engine, NUMBER),
    ),
    Refused(
        _P + "export",
        "the key of another order",
        Code.KEY_REUSED,
        lambda w: w.business.privacy.export(SURE, key="k"),
        key_of_reader,
    ),
    Refused(
        _P + "erase",
        "nobody is identified",
        Code.IDENTITY_NEEDED,
        lambda w: w.business.privacy.erase(NOBODY, key="k"),
    ),
    Refused(
        _P + "erase",
        "identified, not confirmed",
        Code.STEP_UP_NEEDED,
        lambda w: w.business.privacy.erase(IDENTIFIED, key="k"),
    ),
    Refused(
        _P + "erase",
        "confirmed more than 10 minutes ago",
        Code.STEP_UP_NEEDED,
        lambda w: w.business.privacy.erase(STALE, key="k"),
    ),
    Refused(
        _P + "erase",
        "the key of another order",
        Code.KEY_REUSED,
        lambda w: w.business.privacy.erase(SURE, key="k"),
        key_of_reader,
    ),
    Refused(
        _P + "execute_erasure",
        "a subscriber instead of the desk",
        Code.IDENTITY_NEEDED,
        lambda w: w.business.privacy.execute_erasure(SURE, CASE, key="k"),
        asked_and_free,
    ),
    Refused(
        _P + "execute_erasure",
        "a case that there is not",
        Code.CASE_UNKNOWN,
        lambda w: w.business.privacy.execute_erasure(AGENT, "F-NONE", key="k"),
    ),
    Refused(
        _P + "execute_erasure",
        "a case about something else",
        Code.CASE_UNKNOWN,
        lambda w: w.business.privacy.execute_erasure(AGENT, "F-OTHER", key="k"),
        lambda w: opened_case(w.engine, NUMBER, number="F-OTHER") and None,
    ),
    Refused(
        _P + "execute_erasure",
        "a contract runs",
        Code.ERASURE_BLOCKED,
        lambda w: w.business.privacy.execute_erasure(AGENT, CASE, key="k"),
        asked,
    ),
    Refused(
        _P + "execute_erasure",
        "an invoice is open",
        Code.ERASURE_BLOCKED,
        lambda w: w.business.privacy.execute_erasure(AGENT, CASE, key="k"),
        owes,
    ),
    Refused(
        _P + "execute_erasure",
        "it was carried out before",
        Code.ILLEGAL_STEP,
        lambda w: w.business.privacy.execute_erasure(AGENT, CASE, key="k"),
        carried_out,
    ),
    Refused(
        _P + "execute_erasure",
        "it was declined before",
        Code.ILLEGAL_STEP,
        lambda w: w.business.privacy.execute_erasure(AGENT, CASE, key="k"),
        declined,
    ),
    Refused(
        _P + "execute_erasure",
        "the key of another order",
        Code.KEY_REUSED,
        lambda w: w.business.privacy.execute_erasure(AGENT, CASE, key="k"),
        key_of_nobody,
    ),
    Refused(
        _P + "refuse_erasure",
        "a subscriber instead of the desk",
        Code.IDENTITY_NEEDED,
        lambda w: w.business.privacy.refuse_erasure(SURE, CASE, "No.", key="k"),
        asked,
    ),
    Refused(
        _P + "refuse_erasure",
        "no reason",
        Code.TEXT_MISSING,
        lambda w: w.business.privacy.refuse_erasure(AGENT, CASE, " ", key="k"),
        asked,
    ),
    Refused(
        _P + "refuse_erasure",
        "a reason of 301 letters",
        Code.TEXT_TOO_LONG,
        lambda w: w.business.privacy.refuse_erasure(AGENT, CASE, "x" * 301, key="k"),
        asked,
    ),
    Refused(
        _P + "refuse_erasure",
        "a case that there is not",
        Code.CASE_UNKNOWN,
        lambda w: w.business.privacy.refuse_erasure(AGENT, "F-NONE", "No.", key="k"),
    ),
    Refused(
        _P + "refuse_erasure",
        "it was carried out before",
        Code.ILLEGAL_STEP,
        lambda w: w.business.privacy.refuse_erasure(AGENT, CASE, "No.", key="k"),
        carried_out,
    ),
    Refused(
        _P + "refuse_erasure",
        "the key of another order",
        Code.KEY_REUSED,
        lambda w: w.business.privacy.refuse_erasure(AGENT, CASE, "No.", key="k"),
        key_of_nobody,
    ),
    Refused(
        _P + "send_transcript",
        "nobody is identified",
        Code.IDENTITY_NEEDED,
        lambda w: w.business.privacy.send_transcript(NOBODY, "x", until=NOW.date(), key="k"),
    ),
    Refused(
        _P + "send_transcript",
        "the key of another order",
        Code.KEY_REUSED,
        lambda w: w.business.privacy.send_transcript(IDENTIFIED, "x", until=NOW.date(), key="k"),
        key_of_reader,
    ),
    Refused(
        _P + "object",
        "nobody is identified and nothing is said",
        Code.TEXT_MISSING,
        lambda w: w.business.privacy.object(NOBODY, ObjectionKind.ADVERTISING, key="k"),
    ),
    Refused(
        _P + "object",
        "4,001 letters",
        Code.TEXT_TOO_LONG,
        lambda w: w.business.privacy.object(
            IDENTIFIED, ObjectionKind.DECISION, "x" * 4001, key="k"
        ),
    ),
    Refused(
        _P + "object",
        "the key of another order",
        Code.KEY_REUSED,
        lambda w: w.business.privacy.object(IDENTIFIED, ObjectionKind.PROFILING, key="k"),
        key_of_reader,
    ),
)
