"""Cards about plans and add-ons: side by side, a quote with its proration, the receipt of a change.

Invariants: every number is the business's own; nothing is computed here.
"""

from actions.topics.contract_cards import counted, per
from actions.voice import Voice
from handoff.contract import Card, OrderTerms
from subscriptions.model.base import Money
from subscriptions.model.catalogue import ChangeKind, ChangeReceipt, Interval, Quote
from subscriptions.model.plans import AddonReceipt, ComparedPlan, KeptReceipt


def compared_card(voice: Voice, compared: ComparedPlan) -> Card:
    """One plan with its price, how it differs from the own one, and what it contains."""
    plan = compared.plan
    rows = [voice.row("card.price", voice.price(plan))]
    if plan.interval is Interval.YEAR:
        rows.append(
            voice.row("plans.row_per_month", per(voice, compared.per_month, Interval.MONTH))
        )
    if compared.current:
        rows.append(voice.row("card.your_plan", voice.text("card.yes")))
    elif compared.difference is not None:
        rows.append(voice.row("plans.row_difference", _difference(voice, compared.difference)))
    more, less = _more_and_less(voice, compared)
    if more:
        rows.append(voice.row("plans.row_more", more))
    if less:
        rows.append(voice.row("plans.row_less", less))
    return Card(kind="plan", title=voice.plan(plan), rows=rows, points=voice.features(plan))


def _difference(voice: Voice, amount: Money) -> str:
    said = per(voice, amount, Interval.MONTH)
    return f"+{said}" if amount.minor > 0 else said


def _more_and_less(voice: Voice, compared: ComparedPlan) -> tuple[str, str]:
    german = voice.locale == "de"
    more = compared.more_de if german else compared.more_en
    less = compared.less_de if german else compared.less_en
    return ", ".join(more), ", ".join(less)


def quote_card(voice: Voice, quote: Quote) -> Card:
    """What a change costs now and later, with the credit for the unused days shown."""
    rows = [
        voice.row("card.current_plan", f"{voice.plan(quote.old)}, {voice.price(quote.old)}"),
        voice.row("card.new_plan", f"{voice.plan(quote.new)}, {voice.price(quote.new)}"),
    ]
    if quote.credit.minor or quote.charge.minor:
        days = voice.text(
            "card.days_of", left=str(quote.days_left), period=str(quote.days_in_period)
        )
        rows += [
            voice.row("card.remaining", days),
            voice.row("card.credit", voice.money(quote.credit)),
            voice.row("card.charge", voice.money(quote.charge)),
        ]
    rows += [
        voice.row("card.due_now", voice.money(quote.due_now)),
        voice.row("card.effective_on", voice.day(quote.effective_on)),
    ]
    if quote.kind is ChangeKind.UPGRADE:
        rows.append(voice.row("card.valid_until", voice.minute(quote.expires_at)))
    title = voice.text("card.change", old=voice.plan(quote.old), new=voice.plan(quote.new))
    return Card(kind="quote", title=title, rows=rows, points=voice.features(quote.new))


def order_terms(voice: Voice, quote: Quote) -> OrderTerms:
    """Price and terms beside the order button."""
    now, date = voice.money(quote.due_now), voice.day(quote.effective_on)
    if quote.addon is not None and quote.price is not None:
        what, then = _pieces(voice, quote), per(voice, quote.price, quote.new.interval)
        terms = voice.text("addons.order_terms", addon=what, date=date)
    else:
        what, then = voice.plan(quote.new), voice.price(quote.new)
        terms = voice.text("plans.order_terms", plan=what, date=date)
    if quote.fixed_until is not None:
        terms += " " + voice.text("plans.order_fixed", date=voice.day(quote.fixed_until))
    return OrderTerms(price=voice.text("plans.order_price", now=now, then=then), terms=terms)


def _pieces(voice: Voice, of: Quote | ChangeReceipt) -> str:
    if of.addon is None:
        return ""
    return counted(voice, of.addon.name_de, of.addon.name_en, of.quantity)


def addon_quote_card(voice: Voice, quote: Quote) -> Card:
    """What an add-on costs now and later."""
    price = per(voice, quote.price or quote.due_now, quote.new.interval)
    days = voice.text("card.days_of", left=str(quote.days_left), period=str(quote.days_in_period))
    rows = [
        voice.row("card.price", price),
        voice.row("card.remaining", days),
        voice.row("card.due_now", voice.money(quote.due_now)),
        voice.row("card.effective_on", voice.day(quote.effective_on)),
        voice.row("card.valid_until", voice.minute(quote.expires_at)),
    ]
    return Card(kind="quote", title=_pieces(voice, quote), rows=rows)


def addon_receipt_card(voice: Voice, receipt: ChangeReceipt) -> Card:
    """Evidence of a booked add-on."""
    price = per(voice, receipt.price or receipt.due_now, receipt.new.interval)
    rows = [
        voice.row("card.reference", receipt.reference),
        voice.row("card.time", voice.moment(receipt.at)),
        voice.row("card.price", price),
        voice.row("card.effective_on", voice.day(receipt.effective_on)),
        voice.row("card.charged", voice.money(receipt.due_now)),
    ]
    return Card(kind="receipt", title=_pieces(voice, receipt), rows=rows)


def removal_card(voice: Voice, receipt: AddonReceipt) -> Card:
    """Evidence of an add-on that will end."""
    addon = receipt.addon
    rows = [
        voice.row("card.reference", receipt.reference),
        voice.row("card.time", voice.moment(receipt.at)),
        voice.row("status.row_ends", voice.day(receipt.ends_on)),
    ]
    title = counted(voice, addon.name_de, addon.name_en, receipt.quantity)
    return Card(kind="receipt", title=title, rows=rows)


def kept_card(voice: Voice, receipt: KeptReceipt) -> Card:
    """Evidence that a change was called off."""
    rows = [
        voice.row("card.reference", receipt.reference),
        voice.row("card.time", voice.moment(receipt.at)),
        voice.row("card.plan", voice.plan(receipt.plan)),
    ]
    return Card(kind="receipt", title=voice.text("plans.card_kept"), rows=rows)


def change_receipt_card(voice: Voice, receipt: ChangeReceipt) -> Card:
    """Evidence of a change: reference, plans, amount, dates."""
    rows = [
        voice.row("card.reference", receipt.reference),
        voice.row("card.time", voice.moment(receipt.at)),
        voice.row("card.current_plan", voice.plan(receipt.old)),
        voice.row("card.new_plan", f"{voice.plan(receipt.new)}, {voice.price(receipt.new)}"),
        voice.row("card.effective_on", voice.day(receipt.effective_on)),
        voice.row("card.charged", voice.money(receipt.due_now)),
    ]
    return Card(kind="receipt", title=voice.text("card.change_receipt"), rows=rows)
