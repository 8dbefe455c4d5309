"""Login trouble: the password reset, the same words for everyone.

Invariants: nothing said here tells whether an account exists; an address typed in the chat is only ever
compared by the business, mail goes to the address on file.
"""

from typing_extensions import override

from actions.dialogue.fields import Facts, Field, value_of
from actions.dialogue.pending import Pending
from actions.dialogue.topic import Topic
from actions.replies import Reply, answer
from actions.services import ask
from actions.turn import Turn
from actions.voice import Voice


class ResetPassword(Topic):
    """Sends the link; somebody unknown is asked for the address first."""

    intent = "reset_password"
    writes = True
    fields = (
        Field("email", "login.ask_address", read=value_of("email"), wrong="login.no_address"),
    )

    @override
    async def prepare(self, turn: Turn, voice: Voice, facts: Facts) -> Facts | Reply:
        # The mail goes to the address on file; whoever is identified need not type one.
        return {**facts, "email": facts.get("email", "")} if turn.identified else facts

    @override
    async def tell(self, turn: Turn, voice: Voice, facts: Facts, pending: Pending) -> Reply:
        """One text for every outcome."""
        receipt = await ask(
            self.services.subscriptions.identity.request_reset,
            turn.caller,
            facts["email"] or None,
            key=pending.key,
        )
        text = voice.text("login.reset", minutes=str(receipt.valid_minutes))
        buttons = [voice.topic_button("cannot_log_in"), voice.person_button()]
        return answer(voice, text, buttons=buttons)
