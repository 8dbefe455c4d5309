"""Answers about ways to pay: another bank account with its mandate, another way altogether, the mandate itself.

Invariants: an account is said with its last four digits only; the mandate is shown in the words of the business before it
is agreed to; a card is typed on the provider's page and never here; what somebody says they never allowed goes to a person.
"""

from collections.abc import Sequence
from dataclasses import replace

from typing_extensions import override

from actions.dialogue.fields import Choice, Facts, Field
from actions.dialogue.matter import Matter, Shown
from actions.dialogue.pending import Pending
from actions.dialogue.topic import Topic
from actions.packet import handoff
from actions.replies import Reply, answer, say
from actions.services import ask
from actions.topics.method_cards import account_card, mandate_card, methods_card
from actions.topics.method_words import (
    HOLDER,
    IBAN,
    OWN,
    PAGE,
    WAY,
    asks_what_is_there,
    never_allowed,
    revokes,
)
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Button, Link
from subscriptions.errors import Code
from subscriptions.model.base import Level
from subscriptions.model.methods import MandateInfo, MethodsOnFile, NewAccount

_MOST_PAGES = 2
_USABLE = frozenset({"created", "active", "amended"})
_BY_DEBIT = "sepa"


class ChangeBankAccount(Matter):
    """Another account: IBAN, holder, the mandate's text, a yes to it, and what is debited from where then."""

    intent = "change_bank_account"
    needs = Level.CONFIRMED
    fields = (IBAN, HOLDER)
    corrects = {Code.IBAN_INVALID: "iban"}
    hands_over = {Code.OTHER_HOLDER: None, Code.IBAN_OUTSIDE_SEPA: None}

    @override
    async def prepare(self, turn: Turn, voice: Voice, facts: Facts) -> Facts | Reply:
        if facts.get("holder") == OWN:
            return {**facts, "holder": await self._own_name(turn)}
        if "iban" in facts and "holder" not in facts:
            # Whether the account can be debited at all is known before anybody is asked whose it is.
            terms = self.services.subscriptions.methods.mandate_terms
            await ask(terms, turn.caller, facts["iban"], await self._own_name(turn))
        return facts

    @override
    async def choices(self, name: str, turn: Turn, voice: Voice, facts: Facts) -> Sequence[Choice]:
        return [Choice(await self._own_name(turn), OWN)] if name == "holder" else ()

    async def _own_name(self, turn: Turn) -> str:
        return (await ask(self.services.subscriptions.identity.profile, turn.caller)).name

    @override
    async def show(self, turn: Turn, voice: Voice, facts: Facts) -> Shown | Reply:
        methods = self.services.subscriptions.methods
        terms = await ask(methods.mandate_terms, turn.caller, facts["iban"], facts["holder"])
        paying = _paying(await ask(methods.list, turn.caller))
        proposal = voice.text("methods.mandate_proposal", account=terms.label)
        text = "\n\n".join((proposal, terms.text, voice.text("methods.agree")))
        gist = voice.text("methods.account_gist", account=terms.label, holder=facts["holder"])
        return Shown(text, {"before": paying}, gist=gist)

    @override
    async def execute(self, turn: Turn, voice: Voice, facts: Facts, key: str) -> Reply:
        account = NewAccount(facts["iban"], facts["holder"], consent=True)
        receipt = await ask(
            self.services.subscriptions.methods.change_bank_account, turn.caller, account, key=key
        )
        text = _changed(voice, receipt.label, facts["before"])
        ways = [voice.topic_button("mandate_info"), voice.topic_button("balance_next_charge")]
        again = Button(title=voice.text("methods.other_account"), intent=self.intent)
        return answer(
            voice,
            f"{text} {voice.text('methods.account_undo')}",
            cards=[account_card(voice, receipt)],
            buttons=[*ways, again, voice.person_button()],
        )


class ChangePaymentMethod(Topic):
    """What is on file, a page of the provider for another way, and whether it worked there."""

    intent = "change_payment_method"
    needs = Level.IDENTIFIED
    fields = (WAY, PAGE)

    @override
    async def prepare(self, turn: Turn, voice: Voice, facts: Facts) -> Facts | Reply:
        if facts.get("way") == _BY_DEBIT:
            ways = [voice.topic_button("change_bank_account"), voice.person_button()]
            return answer(voice, voice.text("methods.by_debit"), buttons=ways)
        if "way" not in facts and asks_what_is_there(turn):
            return await self._what_is_there(turn, voice)
        other = facts.get("way") != facts.get("page_for", facts.get("way"))
        failed = facts.get("page") == "failed"
        if failed and int(facts.get("pages", "0")) >= _MOST_PAGES:
            words = say(voice, voice.text("methods.page_failed_twice"))
            return Reply((words,), handoff=handoff(self.services, turn, "catalogue"))
        # Another way begins anew; a page that failed is only replaced.
        stale = {"page", "url", "pages"} if other else {"page", "url"} if failed else set()
        return {name: value for name, value in facts.items() if name not in stale}

    async def _what_is_there(self, turn: Turn, voice: Voice) -> Reply:
        found = await ask(self.services.subscriptions.methods.list, turn.caller)
        key = "methods.on_file" if found.methods else "methods.none_on_file"
        buttons = [
            Button(
                title=voice.text("methods.new", way=voice.text(f"method.{way}")),
                intent=self.intent,
                value={"way": way},
            )
            for way in found.offered
        ]
        return answer(
            voice,
            voice.text(key),
            cards=methods_card(voice, found),
            buttons=[*buttons, voice.person_button()],
        )

    @override
    async def choices(self, name: str, turn: Turn, voice: Voice, facts: Facts) -> Sequence[Choice]:
        if name == "way":
            found = await ask(self.services.subscriptions.methods.list, turn.caller)
            return [Choice(voice.text(f"method.{way}"), way) for way in found.offered]
        return [
            Choice(voice.text("methods.page_done"), "done"),
            Choice(voice.text("methods.page_failed"), "failed"),
        ]

    @override
    async def _asked(self, turn: Turn, voice: Voice, field: Field, pending: Pending) -> Reply:
        if field is PAGE:
            return await self._page(turn, voice, pending)
        reply = await super()._asked(turn, voice, field, pending)
        found = await ask(self.services.subscriptions.methods.list, turn.caller)
        first = reply.says[0].model_copy(update={"cards": methods_card(voice, found)})
        return replace(reply, says=(first,))

    async def _page(self, turn: Turn, voice: Voice, pending: Pending) -> Reply:
        """The page, and the question whether it worked there; a page that is out already is only asked about."""
        if "url" in pending.facts:
            return await super()._asked(turn, voice, PAGE, pending)
        methods, way = self.services.subscriptions.methods, pending.facts["way"]
        pages = int(pending.facts.get("pages", "0")) + 1
        known = await ask(methods.list, turn.caller)
        page = await ask(methods.setup_link, turn.caller, way, key=f"{pending.key}:{way}:{pages}")
        told = {
            "url": page.url,
            "pages": str(pages),
            "page_for": way,
            "known": str(len(known.methods)),
        }
        reply = await super()._asked(
            turn, voice, PAGE, replace(pending, facts={**pending.facts, **told})
        )
        until = voice.minute(page.expires_at)
        key = "methods.page" if pages == 1 else "methods.page_again"
        text = voice.text(key, way=voice.text(f"method.{way}"), until=until)
        if "card" in turn.entities:
            text = f"{voice.text('methods.no_card_here')} {text}"
        link = Link(title=voice.text("methods.open_page"), url=page.url)
        first = reply.says[0]
        said = first.model_copy(update={"text": f"{text} {first.text}", "links": [link]})
        return replace(reply, says=(said,))

    @override
    async def tell(self, turn: Turn, voice: Voice, facts: Facts, pending: Pending) -> Reply:
        """It worked there: what has arrived here by now."""
        found = await ask(self.services.subscriptions.methods.list, turn.caller)
        came = len(found.methods) > int(facts["known"])
        ways = [voice.topic_button("balance_next_charge"), voice.person_button()]
        if not came:
            return answer(voice, voice.text("methods.not_there_yet"), buttons=ways)
        text = voice.text("methods.arrived", method=found.methods[0].label)
        return answer(voice, text, cards=methods_card(voice, found), buttons=ways)


class AboutMandate(Matter):
    """The mandate as it was agreed to, and ending it."""

    intent = "mandate_info"
    needs = Level.IDENTIFIED
    fields = (Field("wish", "methods.revoke_question", read=revokes, wanted=lambda _: False),)

    @override
    async def prepare(self, turn: Turn, voice: Voice, facts: Facts) -> Facts | Reply:
        if never_allowed(turn):
            words = say(voice, voice.text("methods.never_allowed"))
            return Reply((words,), handoff=handoff(self.services, turn, "catalogue"))
        return facts

    @override
    async def show(self, turn: Turn, voice: Voice, facts: Facts) -> Shown | Reply:
        methods = self.services.subscriptions.methods
        mandate = await ask(methods.mandate, turn.caller)
        if "wish" not in facts or mandate.state not in _USABLE:
            return self._told(voice, mandate)
        day = (await ask(methods.debit_day, turn.caller)).next_debit_on
        proposal = voice.text(
            "methods.revoke_proposal", mandate=mandate.reference, account=mandate.label
        )
        paid = _paying(await ask(methods.list, turn.caller)) == mandate.label
        needed = [voice.text("methods.revoke_then", date=voice.day(day))] if paid and day else []
        text = " ".join((proposal, *needed, voice.text("methods.revoke_question")))
        return Shown(text, {}, cards=[mandate_card(voice, mandate)])

    def _told(self, voice: Voice, mandate: MandateInfo) -> Reply:
        usable = mandate.state in _USABLE
        key = "methods.mandate" if usable else f"methods.mandate_{mandate.state}"
        facts = {"mandate": mandate.reference, "account": mandate.label}
        revoke = Button(
            title=voice.text("methods.revoke"), intent=self.intent, value={"wish": "revoke"}
        )
        ways = [revoke] if usable else []
        ways.append(voice.topic_button("change_bank_account"))
        text = voice.text(key, **facts)
        said = "\n\n".join(filter(None, (text, mandate.text)))
        return answer(
            voice,
            said,
            cards=[mandate_card(voice, mandate)],
            buttons=[*ways, voice.person_button()],
        )

    @override
    async def execute(self, turn: Turn, voice: Voice, facts: Facts, key: str) -> Reply:
        revoked = await ask(
            self.services.subscriptions.methods.revoke_mandate, turn.caller, key=key
        )
        told = {"mandate": revoked.reference, "date": voice.day(revoked.ended_on)}
        text = voice.text("methods.revoked", **told)
        if revoked.contracts and revoked.needed_by:
            text += " " + voice.text("methods.needed_by", date=voice.day(revoked.needed_by))
        ways = ("change_payment_method", "change_bank_account")
        buttons = [*map(voice.topic_button, ways), voice.person_button()]
        return answer(voice, text, buttons=buttons)


def _changed(voice: Voice, account: str, before: str) -> str:
    if not before:
        return voice.text("methods.account_first", account=account)
    return voice.text("methods.account_changed", account=account, before=before)


def _paying(found: MethodsOnFile) -> str:
    """The label of what pays now; nothing without any."""
    return next((each.label for each in found.methods if each.contracts), "")
