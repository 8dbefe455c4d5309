"""Writes docs/protocol.md from the frames: `python -m handoff.protocol_docs` (a test holds it current).

Invariants: everything in the document but its frame comes from docstrings and fields of `handoff.protocol`
and `handoff.contract`; the output is the same on every machine.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from handoff import contract, protocol

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "protocol.md"

_INTRODUCTION = """# The socket protocol

Generated from `handoff/protocol/` by `python -m handoff.protocol_docs`; change it there.

Two sockets, `/ws/subscriber` and `/ws/agent`, carry JSON text frames told apart by `type`. The gateway
checks the `Origin` before it accepts; the first frame is `hello`, within ten seconds. A frame is at most
64 KB; a message at most 4,000 characters.

Every frame with a `cid` is answered by `ack` (committed) or `nack` (refused; `retry` says whether the same
`cid` may be sent again). The log has one increasing `seq` per conversation; `after` is the last one this
stream sent before: a client drops `seq <= last`, and asks with `sync` (subscriber) or `watch` (agent) when
`after > last`. Numbers may be missing for a subscriber, because notes and packets are for agents only.

| close code | meaning | what a client does |
|---|---|---|
| 1008 | too many frames, or frames that are none | stops |
| 1011 | something broke on our side | comes back at its cursor |
| 1012 | the gateway restarts | comes back at its cursor |
| 1013 | the database does not answer | comes back with back-off |
| 4401 | session ended, or token refused | gets a new session or token, then comes back |
| 4408 | no `hello` within ten seconds | comes back |
| 4413 | the client did not read for ten seconds | comes back at its cursor |

Before accept: 403 for a foreign origin, 429 for too many connections.
"""

_UNIONS = {
    "Subscriber → gateway": protocol.SubscriberFrame,
    "Gateway → subscriber": protocol.ToSubscriber,
    "Agent → gateway": protocol.AgentFrame,
    "Gateway → agent": protocol.ToAgent,
    "Events of the log": protocol.Event,
}


def _members(union: Any) -> tuple[type[BaseModel], ...]:
    return get_args(get_args(union)[0])


def _plain(annotation: Any) -> str:
    """A type as JSON people write it."""
    if annotation is type(None):
        return "null"
    if isinstance(annotation, type) and not get_args(annotation):
        return {"str": "string", "int": "integer", "bool": "true or false", "float": "number"}.get(
            annotation.__name__, annotation.__name__
        )
    arguments = get_args(annotation)
    origin = getattr(annotation, "__origin__", None)
    if origin is list:
        return f"list of {_plain(arguments[0])}"
    if origin is dict:
        return f"object of {_plain(arguments[1])}"
    if arguments and all(isinstance(argument, str) for argument in arguments):
        return ", ".join(f'`"{argument}"`' for argument in arguments)
    if arguments and isinstance(arguments[-1], FieldInfo):
        return _plain(arguments[0])
    return " or ".join(_plain(argument) for argument in arguments) or "any"


def _limits(field: FieldInfo) -> Iterator[str]:
    for rule in field.metadata:
        match rule:
            case MinLen(min_length=least):
                yield f"at least {least} characters"
            case MaxLen(max_length=most):
                yield f"at most {most} characters"
            case Ge(ge=least):
                yield f"≥ {least}"
            case Le(le=most):
                yield f"≤ {most}"
            case _:
                continue


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    return f"`{field.default!r}`".replace("'", '"').replace("None", "null")


def _table(model: type[BaseModel]) -> Iterator[str]:
    tags = {"type", "kind"}
    fields = {name: field for name, field in model.model_fields.items() if name not in tags}
    if not fields:
        return
    yield "| field | type | default |\n|---|---|---|"
    for name, field in fields.items():
        meaning = "; ".join([_plain(field.annotation), *_limits(field)])
        yield f"| `{name}` | {meaning} | {_default(field)} |"
    yield ""


def _tag(model: type[BaseModel]) -> str:
    field = model.model_fields.get("type") or model.model_fields.get("kind")
    return "" if field is None else f" `{field.default}`"


def _section(model: type[BaseModel]) -> Iterator[str]:
    yield f"### {model.__name__}{_tag(model)}\n"
    yield " ".join((model.__doc__ or "").split()) + "\n"
    yield from _table(model)


def _values() -> list[type[BaseModel]]:
    """Models that frames are made of."""
    return [
        protocol.ShownButton,
        protocol.Packet,
        protocol.QueueRow,
        contract.OrderTerms,
        contract.Card,
        contract.Row,
    ]


def document() -> str:
    """The whole document."""
    parts = [_INTRODUCTION]
    for title, union in _UNIONS.items():
        parts.append(f"## {title}\n")
        for model in _members(union):
            parts += _section(model)
    parts.append("## Values\n")
    for model in _values():
        parts += _section(model)
    return "\n".join(parts).rstrip() + "\n"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
