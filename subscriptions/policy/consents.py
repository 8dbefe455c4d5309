"""What may be agreed to, in which way, and what holds now.

Invariants: advertising by e-mail holds only after its confirmation from the mailbox (§ 7 UWG, double opt-in);
withdrawing needs nothing.
"""

from collections.abc import Iterable, Mapping

from subscriptions.entities.profile import Consent, ConsentState
from subscriptions.errors import Code, SubscriptionError
from subscriptions.model.profile import ConsentChannel, ConsentPurpose

# The version of the texts in `data/` that people agree to; a new wording gets a new one.
TEXT_VERSION = "2026-11"
_C = ConsentChannel
_CHANNELS: Mapping[ConsentPurpose, frozenset[ConsentChannel]] = {
    ConsentPurpose.NEWSLETTER: frozenset({_C.EMAIL}),
    ConsentPurpose.OFFERS: frozenset({_C.EMAIL, _C.PHONE, _C.SMS, _C.POST}),
    ConsentPurpose.PROFILING: frozenset({_C.DATA}),
}


def checked_pair(purpose: str, channel: str) -> tuple[ConsentPurpose, ConsentChannel]:
    """What is meant; raises PREFERENCE_UNKNOWN with the field for what there is not."""
    if purpose not in set(ConsentPurpose):
        raise SubscriptionError(Code.PREFERENCE_UNKNOWN, field="purpose")
    if channel not in _CHANNELS[ConsentPurpose(purpose)]:
        raise SubscriptionError(Code.PREFERENCE_UNKNOWN, field="channel")
    return ConsentPurpose(purpose), ConsentChannel(channel)


def needs_confirmation(channel: ConsentChannel) -> bool:
    """Whether the mailbox has to confirm."""
    return channel is ConsentChannel.EMAIL


def in_force(log: Iterable[Consent]) -> dict[tuple[str, str], Consent]:
    """The entry that holds for each purpose and channel: asking again takes nothing away that was given."""
    holds: dict[tuple[str, str], Consent] = {}
    for entry in log:
        pair = (entry.purpose, entry.channel)
        before = holds.get(pair)
        given = before is not None and before.state is ConsentState.GIVEN
        if not (given and entry.state is ConsentState.ASKED):
            holds[pair] = entry
    return holds
