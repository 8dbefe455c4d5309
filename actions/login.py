"""Login trouble: the password reset, the same words for everyone.

Invariants: nothing said here tells whether an account exists; an address typed in the chat is only ever
compared by the business, mail goes to the address on file.
"""

from dataclasses import replace

from typing_extensions import override

from actions.base import BotAction
from actions.pending import Awaiting, Pending, subject_of
from actions.proposals import VALID_FOR
from actions.replies import Reply, answer
from actions.services import Services, ask
from actions.turn import Turn
from actions.voice import Voice


class ResetPassword(BotAction):
    """Sends the link; somebody unknown is asked for the address first."""

    action = "action_reset_password"
    writes = True

    @override
    async def act(self, turn: Turn, voice: Voice) -> Reply:
        address = turn.entities.get("email")
        if address is None and not turn.identified:
            return ask_address(self.services, turn, voice)
        return await reset(self.services, turn, voice, f"{turn.key}:reset")


def ask_address(services: Services, turn: Turn, voice: Voice) -> Reply:
    """Ask for the e-mail address; the next bare address completes the reset."""
    pending = Pending(
        kind=Awaiting.RESET_PASSWORD,
        subject=subject_of(turn.caller),
        key=f"{turn.key}:reset",
        until=services.clock() + VALID_FOR,
        facts={},
    )
    return replace(answer(voice, voice.text("login.ask_address")), pending=pending)


async def reset(services: Services, turn: Turn, voice: Voice, key: str) -> Reply:
    """Request the link. One text for every outcome."""
    receipt = await ask(
        services.subscriptions.identity.request_reset,
        turn.caller,
        turn.entities.get("email"),
        key=key,
    )
    text = voice.text("login.reset", minutes=str(receipt.valid_minutes))
    return answer(voice, text, buttons=[voice.topic_button("cannot_log_in"), voice.person_button()])
