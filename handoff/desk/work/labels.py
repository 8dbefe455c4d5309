"""Labels on conversations: few, with a word in both languages and a colour of the palette.

Invariants: a colour never stands alone, its word is beside it; there are at most `MOST_LABELS`, so that each means something.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol, get_args

from handoff.conversations.text import clean
from handoff.desk.work.wording import Kept

Colour = Literal["grey", "blue", "green", "amber", "red", "violet"]
COLOURS: tuple[Colour, ...] = get_args(Colour)
MOST_LABELS = 20
LONGEST_LABEL = 40


class LabelRefused(ValueError):
    """A label cannot be kept; `why` is a code: `name`, `colour` or `too_many`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Label:
    """A label as it is kept."""

    id: str
    name_de: str
    name_en: str
    colour: str
    archived: bool = False


class LabelStore(Protocol):
    """Where labels are kept; every change is audited in its transaction."""

    async def labels(self) -> list[Label]:
        """All of them, by name in German, archived ones too: conversations may still have them."""
        ...

    async def put_label(self, label: Label, *, by: str, seen: Label | None = None) -> Kept:
        """Add or replace, if it is still as it was `seen`; there are at most `MOST_LABELS`. Whether it is archived stays."""
        ...

    async def archive_label(self, id: str, *, on: bool, by: str) -> bool:  # noqa: A002
        """Put it aside, so that it is put on no conversation any more, or take it back; False when there is none."""
        ...

    async def drop_label(self, id: str, *, by: str) -> bool:  # noqa: A002
        """Remove it, also from every conversation; False when there is none."""
        ...

    async def put_on(self, conversation: str, label: str, *, on: bool, by: str) -> bool:
        """Put a label on a conversation or take it off; False when it was so already or either does not exist."""
        ...

    async def on(self, conversations: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
        """The labels of these conversations by their ids; those without are left out."""
        ...

    async def first_labels(self, labels: Sequence[Label]) -> None:
        """Keep these if there are none at all: the demo's."""
        ...


def checked_label(label: Label) -> Label:
    """As it may be kept. Raises `LabelRefused`."""
    names = [" ".join(clean(name).split()) for name in (label.name_de, label.name_en)]
    if not all(0 < len(name) <= LONGEST_LABEL for name in names):
        raise LabelRefused("name")
    if label.colour not in COLOURS:
        raise LabelRefused("colour")
    return replace(label, name_de=names[0], name_en=names[1])
