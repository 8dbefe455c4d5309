"""Why a step of a conversation was refused; the socket and HTTP tables map these codes."""

from enum import StrEnum


class Refusal(StrEnum):
    """The code of a refused step."""

    UNKNOWN_CONVERSATION = "unknown_conversation"
    STALE_EPOCH = "stale_epoch"
    STALE_VIEW = "stale_view"
    NOT_OWNER = "not_owner"
    TAKEN = "taken"
    CLOSED = "closed"
    UNKNOWN_BUTTON = "unknown_button"
    SESSION_EXPIRED = "session_expired"
    BAD_TOKEN = "bad_token"  # noqa: S105  # the name of a refusal
    UNAVAILABLE = "unavailable"
    EMPTY_TEXT = "empty_text"
    NOT_EDITABLE = "not_editable"
    UNFILLED_GAP = "unfilled_gap"
    UNKNOWN_DESTINATION = "unknown_destination"


class ConversationError(Exception):
    """A refusal with its code; `facts` explain it (for example who took the chat)."""

    def __init__(self, code: Refusal, **facts: str) -> None:
        super().__init__(code.value)
        self.code = code
        self.facts = facts
