"""What the HTTP of saved replies and of labels have in common: putting one aside, and being second with a change."""

from handoff.contract import Wire
from handoff.web.errors import WebError


class Archived(Wire):
    """Whether it is put aside."""

    archived: bool


def changed_meanwhile(now: Wire) -> WebError:
    """Somebody else was faster: 409 with what stands now."""
    return WebError(409, "changed_meanwhile", facts={"now": now.model_dump(mode="json")})
