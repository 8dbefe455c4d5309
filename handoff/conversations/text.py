"""What people typed, made safe: before it is stored, and again before the bot reads it.

Invariants: a card number never reaches storage; text typed by a subscriber can never be an intent
command of Rasa; nothing here raises on any input but `not_empty` and `sendable`.
"""

import re
import unicodedata

from handoff.conversations.cards import mask_cards
from handoff.conversations.errors import ConversationError, Refusal

BOT_LIMIT = 1000
"""Characters the bot reads; 20,000 cost it seconds and gigabytes."""

GAP_OPENS, GAP_CLOSES = "\u27e6", "\u27e7"
"""Between them stands what is missing in a saved reply: the agent fills it in before it may go out."""

NOTHING_LEFT = "?"
"""What the bot reads when only slashes were typed: an empty message would have no answer."""

_INTENT = re.compile(r"[a-z][a-z0-9_]*")


def clean(text: str) -> str:
    """The text as it may be stored: no control characters, no card number, no outer space; may be empty."""
    kept = text if text.isprintable() else _without_control(text)
    return mask_cards(kept).strip()


def _without_control(text: str) -> str:
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in unix if char in "\n\t" or not _is_control(char))


def not_empty(text: str) -> str:
    """The text as it may be stored. Raises EMPTY_TEXT when nothing is left of it."""
    words = clean(text)
    if not words:
        raise ConversationError(Refusal.EMPTY_TEXT)
    return words


def sendable(text: str) -> str:
    """The text as it may go to a subscriber. Raises EMPTY_TEXT, or UNFILLED_GAP where a saved reply still has a gap."""
    words = not_empty(text)
    if GAP_OPENS in words or GAP_CLOSES in words:
        raise ConversationError(Refusal.UNFILLED_GAP)
    return words


def for_bot(text: str) -> str:
    """The text as Rasa may read it: never an intent command, never longer than `BOT_LIMIT`."""
    plain = unicodedata.normalize("NFKC", text)
    start = 0
    while start < len(plain) and _may_hide_a_command(plain[start]):
        start += 1
    return plain[start : start + BOT_LIMIT].strip() or NOTHING_LEFT


def command_for_bot(intent: str) -> str | None:
    """The intent command of a button we issued; None when the button's intent is no intent's name."""
    return f"/{intent}" if _INTENT.fullmatch(intent) else None


def _is_control(char: str) -> bool:
    """Control characters, broken surrogates, and marks which turn the direction of the text around."""
    turns = "\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069"
    return turns or unicodedata.category(char) in {"Cc", "Cs"}


def _may_hide_a_command(char: str) -> bool:
    return char == "/" or char.isspace() or unicodedata.category(char) == "Cf"
