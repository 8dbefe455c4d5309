"""Cards about plans: a plan of the catalogue, a quote with its proration, the receipt of a change.

Invariants: every number is the business's own; nothing is computed here.
"""

from actions.voice import Voice
from handoff.contract import Card, OrderTerms
from subscriptions.model.catalogue import ChangeKind, ChangeReceipt, Plan, Quote


def plan_card(voice: Voice, plan: Plan, *, current: bool) -> Card:
    """One plan with its price and what it contains."""
    rows = [voice.row("card.price", voice.price(plan))]
    if current:
        rows.append(voice.row("card.your_plan", voice.text("card.yes")))
    return Card(kind="plan", title=voice.plan(plan), rows=rows, points=voice.features(plan))


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
    price = voice.text(
        "plans.order_price", now=voice.money(quote.due_now), then=voice.price(quote.new)
    )
    terms = voice.text(
        "plans.order_terms", plan=voice.plan(quote.new), date=voice.day(quote.effective_on)
    )
    return OrderTerms(price=price, terms=terms)


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
