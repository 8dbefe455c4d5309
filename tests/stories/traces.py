"""What a story leaves behind, looked at afterwards: the log of the gateway, and traces of what must leave none.

Invariants: a log has no gap and nothing twice; all devices have seen the same, and all that is not for agents alone;
no turn of the assistant is left open, or was tried again.
"""

from collections.abc import Collection, Iterable, Sequence

from pydantic import TypeAdapter

from handoff.protocol import Event
from tests.product import Product
from tests.stories.widget import Widget

_event: TypeAdapter[Event] = TypeAdapter(Event)


def check_traces(product: Product, devices: Sequence[Widget], said: Sequence[str]) -> None:
    """Raises AssertionError. `said`: what the person typed or pressed, in order, as it must be kept."""
    for widget in devices:
        widget.settle()
    _check_messages(product, devices[0].conversation, said)
    for widget in devices:
        _check_log(product, widget)
    _check_turns(product, devices[0].conversation)


def check_nowhere(product: Product, secrets: Iterable[str], *, but: Collection[str] = ()) -> None:
    """Nothing of what was typed as a secret stands in a file of the product, with its spaces or without; except in
    the databases `but`."""
    for secret in secrets:
        for form in {secret, "".join(char for char in secret if char.isalnum())}:
            wanted = form.encode()
            files = (path for path in product.var.rglob("*") if path.is_file())
            found = [path.name for path in files if wanted in path.read_bytes()]
            found = [name for name in found if name.split(".db")[0] not in but]
            assert not found, f"{form!r} stands in {found}"


def check_read(product: Product, conversation: str, about: Iterable[str]) -> None:
    """The assistant has read in this conversation what the story says it is about."""
    read = product.rows(
        "rasa",
        "SELECT DISTINCT intent_name FROM events WHERE sender_id = ? AND type_name = 'user'",
        conversation,
    )
    missing = set(about) - {intent for (intent,) in read}
    assert not missing, f"never read: {missing}; read: {sorted(read)}"


def _check_log(product: Product, widget: Widget) -> None:
    kept = product.rows(
        "handoff",
        "SELECT seq, agents_only, body FROM event WHERE conversation = ? ORDER BY seq",
        widget.conversation,
    )
    [(last,)] = product.rows(
        "handoff", "SELECT last_seq FROM conversation WHERE id = ?", widget.conversation
    )
    numbers = [seq for seq, _, _ in kept]
    assert numbers == list(range(1, last + 1)), f"the log has {numbers}, up to {last}"
    shown = [(seq, _event.validate_json(body)) for seq, hidden, body in kept if not hidden]
    seen = [(frame.seq, frame.event) for frame in widget.log]
    kept_and_seen = [[_public(*one) for one in events] for events in (shown, seen)]
    assert kept_and_seen[0] == kept_and_seen[1], f"kept and seen differ: {kept_and_seen}"


def _public(seq: int, event: Event) -> tuple[int, Event]:
    """Who at the desk has a chat is told by name alone."""
    return seq, event.model_copy(update={"agent": None}) if event.kind == "control" else event


def _check_messages(product: Product, conversation: str, said: Sequence[str]) -> None:
    kept = product.rows(
        "handoff",
        "SELECT body ->> 'text', cid FROM event "
        "WHERE conversation = ? AND kind = 'message' AND author = 'subscriber' ORDER BY seq",
        conversation,
    )
    texts = [text for text, _ in kept]
    assert texts == list(said), f"kept {texts}, said {said}"
    assert len({cid for _, cid in kept}) == len(kept), f"one cid twice: {kept}"


def _check_turns(product: Product, conversation: str) -> None:
    turns = product.rows(
        "handoff",
        "SELECT count(*), sum(done_at IS NULL), max(attempts) FROM bot_turn WHERE conversation = ?",
        conversation,
    )
    [(count, unfinished, attempts)] = turns
    assert count == 0 or (unfinished, attempts) == (0, 1), f"turns, open, tries: {turns}"
