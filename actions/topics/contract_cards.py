"""A contract in words and as a card.

Invariants: only what the business says; a row stands only where there is something to say.
"""

from dataclasses import replace

from actions.voice import Voice
from handoff.contract import Card, Row
from subscriptions.model.base import Money
from subscriptions.model.catalogue import Interval
from subscriptions.model.contracts import SubscriptionState
from subscriptions.model.plans import AddonStatus, ContractStatus, Payer

_OVER = frozenset({SubscriptionState.ENDED, SubscriptionState.WITHDRAWN})


def per(voice: Voice, amount: Money, interval: Interval) -> str:
    """`11,99 € pro Monat`, for anything that is billed like a plan."""
    return voice.text(f"price.per_{interval.value}", amount=voice.money(amount))


def price_of(voice: Voice, contract: ContractStatus) -> str:
    """What the plan costs in this contract."""
    return voice.price(replace(contract.plan, price=contract.price))


def in_words(voice: Voice, contract: ContractStatus) -> str:
    """One contract in sentences: what, since when, how long, how to leave it, what is special."""
    plan = voice.plan(contract.plan)
    if contract.state in _OVER:
        date = contract.ends_on or contract.period_end
        return voice.text("status.over", plan=plan, date=voice.day(date))
    since = voice.day(contract.since)
    said = [voice.text("status.one", plan=plan, since=since, price=price_of(voice, contract))]
    said += _special(voice, contract)
    if contract.ends_on is not None:
        said.append(voice.text("status.ends", date=voice.day(contract.ends_on)))
    elif contract.renews_on is not None:
        said.append(voice.text("status.renews", date=voice.day(contract.renews_on)))
    notice = _notice(voice, contract)
    return " ".join((*said, notice) if notice else said)


def _special(voice: Voice, contract: ContractStatus) -> list[str]:
    """The state where it is not the usual one, and who else is in it."""
    said = []
    if contract.pause is not None:
        key = "status.paused" if contract.pause.running else "status.pause_comes"
        until, start = voice.day(contract.pause.until_on), voice.day(contract.pause.from_on)
        said.append(voice.text(key, start=start, until=until))
    if contract.trial_ends_on is not None and contract.state is SubscriptionState.TRIALING:
        said.append(voice.text("status.trial", date=voice.day(contract.trial_ends_on)))
    if contract.state in (SubscriptionState.PAST_DUE, SubscriptionState.SUSPENDED):
        said.append(voice.text("status.unpaid"))
    if contract.pending_plan is not None and contract.pending_from is not None:
        plan, date = voice.plan(contract.pending_plan), voice.day(contract.pending_from)
        said.append(voice.text("status.pending", plan=plan, date=date))
    if contract.channel == "partner":
        said.append(voice.text("status.partner"))
    if contract.payer is not Payer.OWN:
        said.append(voice.text(f"status.payer_{contract.payer.value}"))
    return said


def _notice(voice: Voice, contract: ContractStatus) -> str:
    notice = contract.notice
    if notice is None:
        return ""
    end = voice.day(notice.earliest_end)
    if notice.cancel_by is not None:
        return voice.text("status.notice_by", end=end, by=voice.day(notice.cancel_by))
    return voice.text("status.notice_any", end=end)


def contract_card(voice: Voice, contract: ContractStatus) -> Card:
    """Everything about one contract."""
    rows = [voice.row("card.price", price_of(voice, contract)), *_price_rows(voice, contract)]
    rows += [
        voice.row("status.row_state", voice.text(f"status.state_{contract.state.value}")),
        voice.row("status.row_since", voice.day(contract.since)),
    ]
    if contract.state not in _OVER:
        period = voice.period(contract.period_start, contract.period_end)
        rows.append(voice.row("card.period", period))
    rows += _dates(voice, contract)
    if contract.method:
        rows.append(voice.row("card.method", contract.method))
    title = f"{voice.plan(contract.plan)} ({contract.subscription})"
    return Card(kind="plan", title=title, rows=rows, points=voice.features(contract.plan))


def _price_rows(voice: Voice, contract: ContractStatus) -> list[Row]:
    interval = contract.plan.interval
    rows = [_addon_row(voice, each, interval) for each in contract.addons]
    if contract.addons:
        rows.append(voice.row("status.row_total", per(voice, contract.total, interval)))
    step = contract.next_price
    if step is not None:
        value = voice.text(
            "status.from", what=per(voice, step.price, interval), date=voice.day(step.valid_from)
        )
        rows.append(voice.row("status.row_next_price", value))
    return rows


def _addon_row(voice: Voice, booked: AddonStatus, interval: Interval) -> Row:
    value = per(voice, booked.price, interval)
    if booked.ends_on is not None:
        value = voice.text("status.until", what=value, date=voice.day(booked.ends_on))
    return Row(label=pieces(voice, booked), value=value)


def pieces(voice: Voice, booked: AddonStatus) -> str:
    """`2 × Zusätzliches Profil`."""
    return counted(voice, booked.addon.name_de, booked.addon.name_en, booked.quantity)


def counted(voice: Voice, name_de: str, name_en: str, quantity: int) -> str:
    """A name, with the number of pieces in front where it is more than one."""
    name = name_de if voice.locale == "de" else name_en
    return name if quantity == 1 else f"{quantity} × {name}"


def _dates(voice: Voice, contract: ContractStatus) -> list[Row]:
    days = {
        "status.row_trial": contract.trial_ends_on
        if contract.state is SubscriptionState.TRIALING
        else None,
        "status.row_renews": contract.renews_on,
        "status.row_ends": contract.ends_on,
        "status.row_fixed": contract.fixed_until,
    }
    rows = [voice.row(label, voice.day(day)) for label, day in days.items() if day is not None]
    if contract.pending_plan is not None and contract.pending_from is not None:
        plan, date = voice.plan(contract.pending_plan), voice.day(contract.pending_from)
        value = voice.text("status.from", what=plan, date=date)
        rows.append(voice.row("status.row_pending", value))
    if contract.pause is not None:
        pause = voice.period(contract.pause.from_on, contract.pause.until_on)
        rows.append(voice.row("status.row_pause", pause))
    return rows
