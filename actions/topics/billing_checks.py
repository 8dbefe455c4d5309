"""Wrong, double and unknown charges: everything of the last months is checked, and what is found is told with its proof.

Invariants: only what the ledger proves is called wrong; two settled payments and a debit that is not ours to be seen go
to a person of billing; a debit at somebody who has no account goes to security, without asking who they are.
"""

import re
from collections.abc import Sequence

from typing_extensions import override

from actions.dialogue.fields import Choice, Facts, Field, value_of
from actions.dialogue.pending import Pending
from actions.dialogue.topic import Topic
from actions.packet import handoff
from actions.replies import Reply, answer, say
from actions.services import ask
from actions.topics.billing import to_billing
from actions.topics.billing_cards import invoice_card
from actions.topics.billing_words import disputes
from actions.topics.named_invoices import number_named
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Card
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.base import Money
from subscriptions.model.billing import ChargeCheck, Finding, FindingKind, InvoiceSummary

_UNKNOWN = re.compile(
    r"unbekannt|(?:kenne|erkenne|zuordnen|verstehe) ich nicht|sagt mir nichts|nicht (?:von mir|bestellt|zuordnen|erklären)|nie (?:bestellt|abgeschlossen|etwas)"
    r"|fremde? abbuchung|(?:don'?t|do not|didn'?t|did not|can'?t|cannot) (?:recogni[sz]e|know|order|place|identify)|never (?:ordered|signed|subscribed|agreed)|unknown|unrecogni[sz]ed|unauthori[sz]ed|not mine",
    re.IGNORECASE,
)
_NO_ACCOUNT = re.compile(
    r"(?:kein(?:en?)?|gar kein(?:en?)?|nie ein(?:en)?) (?:konto|account|abo|vertrag|kunde|kundin)\b|(?:bin|war) (?:gar |noch |überhaupt )*(?:kein|keine|nie|nicht) (?:kunde|kundin|bei (?:euch|ihnen))"
    r"|(?:don'?t|do not|never) (?:even )?(?:have|had) (?:an? |any )?(?:account|subscription|contract)|no (?:account|subscription|contract)|not (?:a |your |even a )?customer|never been a customer",
    re.IGNORECASE,
)
_TWO_SETTLED = frozenset({FindingKind.PAID_TWICE, FindingKind.INVOICED_TWICE})
_EARLIER = frozenset({"explain_charge", "wrong_or_double_charge"})


def _account(turn: Turn) -> str | None:
    """The answer to whether there is an account."""
    if _NO_ACCOUNT.search(turn.typed):
        return "no"
    return {"affirm": "yes", "deny": "no"}.get(turn.intent or "")


def _have_account(voice: Voice) -> Sequence[Choice]:
    return [
        Choice(voice.text("button.have_account"), "yes"),
        Choice(voice.text("button.no_account"), "no"),
    ]


def _is_unknown(facts: Facts) -> bool:
    return "unknown" in facts


class WrongOrDoubleCharge(Topic):
    """Checks all charges; tells what is wrong, or that nothing is, or passes on what cannot be told here."""

    intent = "wrong_or_double_charge"
    fields = (
        Field("account", "billing.have_account", bare=_account, choices=_have_account),
        Field("amount", "billing.which_amount", read=value_of("amount"), wanted=_is_unknown),
        Field("invoice", "billing.which_invoice", read=number_named, wanted=lambda _: False),
    )

    @override
    def amended_by(self, turn: Turn) -> bool:
        return disputes(turn) or bool(self._found(turn))

    @override
    async def prepare(self, turn: Turn, voice: Voice, facts: Facts) -> Facts | Reply:
        if turn.intent == "deny" and disputes(turn):
            return to_billing(self.services, turn, voice, "billing.still_disputed")
        known = dict(facts)
        if _UNKNOWN.search(turn.typed) or _NO_ACCOUNT.search(turn.typed):
            known["unknown"] = "yes"
        if turn.identified:
            return {**known, "account": "yes"}
        if known.get("account") == "no" or _NO_ACCOUNT.search(turn.typed):
            return self._to_security(turn, voice)
        if "unknown" in known and "account" not in known:
            return known
        raise SubscriptionError(Code.IDENTITY_NEEDED)

    def _to_security(self, turn: Turn, voice: Voice) -> Reply:
        """A debit at somebody who is no customer may be misuse of their bank account."""
        request = handoff(self.services, turn, "catalogue").model_copy(update={"skill": "SEC"})
        return Reply((say(voice, voice.text("billing.no_account")),), handoff=request)

    @override
    async def tell(self, turn: Turn, voice: Voice, facts: Facts, pending: Pending) -> Reply:
        billing = self.services.subscriptions.billing
        check = await ask(billing.find_duplicates, turn.caller)
        if check.findings:
            return self._wrong(turn, voice, check.findings)
        if "amount" in facts:
            every = await ask(billing.invoices, turn.caller)
            amount = int(facts["amount"])
            mine = next((each for each in every if each.total.minor == amount), None)
            if mine is None:
                shown = voice.money(Money(amount))
                return to_billing(self.services, turn, voice, "billing.not_ours", amount=shown)
            if not _told_before(turn, pending):
                return await self._yours(turn, voice, mine)
        if _told_before(turn, pending):
            return to_billing(self.services, turn, voice, "billing.still_disputed")
        return _nothing_wrong(voice, check)

    def _wrong(self, turn: Turn, voice: Voice, findings: Sequence[Finding]) -> Reply:
        cards = [finding_card(voice, finding) for finding in findings]
        given_back = [each for each in findings if each.refundable.minor > 0]
        if not given_back or any(each.kind in _TWO_SETTLED for each in findings):
            words = say(voice, voice.text("billing.found_for_person"), cards=cards)
            return Reply((words,), handoff=handoff(self.services, turn, "catalogue"))
        buttons = [
            voice.topic_button("refund", invoice=finding.invoice) for finding in given_back[:1]
        ]
        text = voice.text("billing.found")
        return answer(voice, text, cards=cards, buttons=[*buttons, voice.person_button()])

    async def _yours(self, turn: Turn, voice: Voice, mine: InvoiceSummary) -> Reply:
        """The amount is one of the own invoices: that is what was debited."""
        billing = self.services.subscriptions.billing
        charge = await ask(billing.explain_charge, turn.caller, mine.number)
        text = voice.text(
            "billing.yours",
            amount=voice.money(mine.total),
            invoice=mine.number,
            date=voice.day(mine.issued_on),
        )
        ways = [voice.topic_button("explain_charge", invoice=mine.number), voice.person_button()]
        return answer(voice, text, cards=[invoice_card(voice, charge)], buttons=ways)


def _told_before(turn: Turn, pending: Pending) -> bool:
    """Whether it was itemised or checked just before, and did not help; a question of this matter is no answer."""
    begun_now = pending.key.startswith(turn.key)
    return begun_now and any(step.intent in _EARLIER for step in turn.steps[-2:])


def _nothing_wrong(voice: Voice, check: ChargeCheck) -> Reply:
    ways = [voice.topic_button("explain_charge"), voice.person_button()]
    since, count = voice.day(check.since), str(check.invoices)
    if check.invoices == 0:
        return answer(voice, voice.text("billing.nothing_charged", since=since), buttons=ways)
    return answer(
        voice, voice.text("billing.nothing_wrong", since=since, count=count), buttons=ways
    )


def finding_card(voice: Voice, finding: Finding) -> Card:
    """One thing that is wrong, with what was charged, what was right, and what is owed back."""
    rows = [
        voice.row("card.invoice_number", finding.invoice),
        voice.row("card.day", voice.day(finding.on)),
        voice.row("card.was_charged", voice.money(finding.charged)),
        voice.row("card.was_right", voice.money(finding.expected)),
        voice.row("card.owed_back", voice.money(finding.refundable)),
    ]
    return Card(kind="payment", title=voice.text(f"finding.{finding.kind.value}"), rows=rows)
