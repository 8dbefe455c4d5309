"""The link to the transcript of a chat, sent to the address on file.

Invariants: the address is never one that somebody named in the chat, and after a break-in the one before it; the link is
sent once for a key and stored nowhere.
"""

from datetime import date

from sqlalchemy import Connection

from subscriptions.model.base import Caller, Level
from subscriptions.model.privacy import TranscriptSent
from subscriptions.outbox import Message
from subscriptions.policy.access import require
from subscriptions.policy.masking import mask_address
from subscriptions.privacy.exporting import mailbox
from subscriptions.store.backing import Backing
from subscriptions.store.posting import Post, write_and_send
from subscriptions.store.write import Done, Notice, Order


def send(backing: Backing, caller: Caller, link: tuple[str, date], key: str) -> TranscriptSent:
    """Send it; `link` is the end of the page's address and the last day on which it opens."""
    now = backing.clock()
    number = require(caller, Level.IDENTIFIED, now)
    token, until = link
    order = Order("privacy.send_transcript", caller, number, key, {}, now)

    def act(db: Connection, post: Post) -> Done[TranscriptSent]:
        person, to = mailbox(db, backing, number)
        post(Message(to, "email", person.locale, "transcript", token, {"until": until}))
        notice = Notice("requested", "transcript")
        return Done(TranscriptSent(mask_address(to)), number, {}, (notice,))

    return write_and_send(backing, order, TranscriptSent, act)
