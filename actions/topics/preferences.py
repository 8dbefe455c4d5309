"""How somebody wants to be written to: channel, language of letters, less contact, newsletter and advertising.

Invariants: nothing changes without a yes; ending advertising needs no reason and holds at once; what is agreed to by
e-mail holds once the mailbox confirmed it; messages about contract and payment are not promised away.
"""

from collections.abc import Sequence
from dataclasses import replace

from typing_extensions import override

from actions.dialogue.fields import Choice, Facts, Field
from actions.dialogue.matter import Matter, Shown
from actions.dialogue.pending import Pending
from actions.replies import Reply, answer
from actions.services import ask
from actions.topics.open_calls import WITHDRAWING, open_calls, withdraws_a_call
from actions.topics.wishes import ADVERTISING, CONSENTS, SPARES, together, wished
from actions.turn import Turn
from actions.voice import Voice
from handoff.contract import Card
from subscriptions.errors import Code
from subscriptions.model.base import Level
from subscriptions.model.profile import ConsentReceipt, PreferencesShown, PreferencesWish

_OFFERED = (
    "newsletter_off",
    "less_on",
    "channel_email",
    "channel_post",
    "letters_en",
    "letters_de",
)


class ContactPreferences(Matter):
    """What there is, what is wished, and after the yes what holds."""

    intent = "contact_preferences"
    needs = Level.IDENTIFIED
    corrects = {Code.PREFERENCE_UNKNOWN: "wish"}
    fields = (Field("wish", "profile.ask_wish", read=wished, wrong="profile.no_wish"),)

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        # "You need not call me any more" is about the call that was promised, where there is one; not so where
        # advertising is objected to.
        no_call = withdraws_a_call(turn) and not ADVERTISING & {*(wished(turn) or "").split()}
        if turn.identified and no_call and await open_calls(self.services, turn):
            return await self.actions[WITHDRAWING].act(turn, voice)
        return await super().act(turn, voice)

    @override
    async def choices(self, name: str, turn: Turn, voice: Voice, facts: Facts) -> Sequence[Choice]:
        now = await ask(self.services.subscriptions.profile.preferences, turn.caller)
        holds = {f"channel_{now.channel}", f"letters_{now.letters_locale}"}
        holds |= {"less_on"} if now.less_contact else set()
        return [Choice(_words(voice, wish), wish) for wish in _OFFERED if wish not in holds]

    @override
    async def _asked(self, turn: Turn, voice: Voice, field: Field, pending: Pending) -> Reply:
        reply = await super()._asked(turn, voice, field, pending)
        said = reply.says[0]
        buttons = [*said.buttons, voice.person_button()]
        said = said.model_copy(
            update={"cards": [await self._card(turn, voice, "info")], "buttons": buttons}
        )
        return replace(reply, says=(said, *reply.says[1:]))

    @override
    async def show(self, turn: Turn, voice: Voice, facts: Facts) -> Shown | Reply:
        wishes = facts["wish"].split()
        text = voice.text("profile.wish_proposal", wishes=_listed(voice, wishes))
        if ADVERTISING & set(wishes):
            text = f"{text} {voice.text('profile.contract_stays')}"
        return Shown(text, {})

    @override
    async def execute(self, turn: Turn, voice: Voice, facts: Facts, key: str) -> Reply:
        wishes = facts["wish"].split()
        asked: list[ConsentReceipt] = []
        for wish in wishes:
            asked += await self._consents(turn, wish, key)
        await self._prefer(turn, wishes, key)
        text = voice.text("profile.wish_done", wishes=_listed(voice, wishes))
        for receipt in asked:
            text = f"{text} {voice.text('profile.confirm_by_mail', address=receipt.sent_to or '')}"
        buttons = [voice.topic_button("data_objection"), voice.person_button()]
        cards = [await self._card(turn, voice, "receipt")]
        return answer(voice, text, cards=cards, buttons=buttons)

    async def _consents(self, turn: Turn, wish: str, key: str) -> list[ConsentReceipt]:
        """Agree or withdraw as wished; returns what still waits for its confirmation."""
        change = self.services.subscriptions.profile.change_consent
        waiting = []
        for purpose, channel, given in CONSENTS.get(wish, ()):
            receipt = await ask(
                change,
                turn.caller,
                purpose,
                channel,
                given=given,
                key=f"{key}:{wish}:{purpose}:{channel}",
            )
            waiting += [receipt] if receipt.state == "asked" else []
        return waiting

    async def _prefer(self, turn: Turn, wishes: Sequence[str], key: str) -> None:
        """One change of all preferences that are wished; whoever wants no calls is no longer written to by calls."""
        profile, wanted = self.services.subscriptions.profile, together(wishes)
        spared = {SPARES[wish] for wish in wishes if wish in SPARES}
        if spared and wanted.channel is None:
            now = await ask(profile.preferences, turn.caller)
            if now.channel in spared:
                wanted = replace(wanted, channel="email")
        if wanted != PreferencesWish():
            await ask(profile.change_preferences, turn.caller, wanted, key=key)

    async def _card(self, turn: Turn, voice: Voice, kind: str) -> Card:
        profile = self.services.subscriptions.profile
        now = await ask(profile.preferences, turn.caller)
        agreed = await ask(profile.consents, turn.caller)
        newsletter = next((c.state for c in agreed if c.purpose == "newsletter"), "withdrawn")
        rows = [
            voice.row("profile.card_channel", voice.text(f"profile.channel_{now.channel}")),
            voice.row("profile.card_letters", voice.text(f"profile.letters_{now.letters_locale}")),
            voice.row("profile.card_less", _less(voice, now)),
            voice.row("profile.card_newsletter", voice.text(f"profile.newsletter_{newsletter}")),
        ]
        title = voice.text("profile.card_preferences")
        return Card(kind="receipt" if kind == "receipt" else "info", title=title, rows=rows)


def _less(voice: Voice, now: PreferencesShown) -> str:
    return voice.text("profile.less" if now.less_contact else "profile.usual")


def _words(voice: Voice, wish: str) -> str:
    return voice.text(f"profile.wish_{wish}")


def _listed(voice: Voice, wishes: Sequence[str]) -> str:
    return ", ".join(_words(voice, wish) for wish in wishes)
