"""Prints the JSON schema of the socket protocol; the browser's types are generated from it.

`python -m handoff.schema packet` writes the schema of the case packet into docs (a test holds it current).

Frames a client sends are described as they are validated (defaults may be left out), frames the gateway
sends as they are serialised (every field is there). The output is the same on every machine.
"""

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema
from typing_extensions import override

from handoff import protocol

PACKET_DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "packet.schema.json"

_SENT_TO_US: dict[str, TypeAdapter[Any]] = {
    "SubscriberFrame": protocol.subscriber_frame,
    "AgentFrame": protocol.agent_frame,
}
_SENT_BY_US: dict[str, TypeAdapter[Any]] = {
    "ToSubscriber": protocol.to_subscriber,
    "ToAgent": protocol.to_agent,
}


class _PlainSchema(GenerateJsonSchema):
    """Without a title per field: a generator would make a named type of each."""

    @override
    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    @override
    def field_is_required(self, field: Any, total: bool) -> bool:
        """What we send is sent whole; what a client sends may rest on defaults."""
        return self.mode == "serialization" or super().field_is_required(field, total)


def protocol_schema() -> dict[str, Any]:
    """The whole protocol as one schema: `$defs` holds every frame and the four unions by name."""
    inputs = [(name, "validation", adapter) for name, adapter in _SENT_TO_US.items()]
    outputs = [(name, "serialization", adapter) for name, adapter in _SENT_BY_US.items()]
    unions, schema = TypeAdapter.json_schemas(
        [*inputs, *outputs],  # type: ignore[list-item]  # the modes are literals
        schema_generator=_PlainSchema,
    )
    defs: dict[str, Any] = schema["$defs"]
    for frame in defs.values():
        _require_tags(frame)
    for (name, _mode), union in unions.items():
        defs[str(name)] = {"title": name, **union}
    return {
        "title": "Protocol",
        "type": "object",
        "additionalProperties": False,
        "properties": {str(name): {"$ref": f"#/$defs/{name}"} for name, _mode in unions},
        "$defs": dict(sorted(defs.items())),
    }


def _require_tags(frame: dict[str, Any]) -> None:
    """A tag has a default in Python, but must be on the wire."""
    for tag in ("type", "kind"):
        if "const" in frame.get("properties", {}).get(tag, {}):
            frame["required"] = sorted({*frame.get("required", []), tag})


def packet_schema() -> dict[str, Any]:
    """The case packet alone, as it is stored and sent, for whoever reads it elsewhere."""
    return protocol.Packet.model_json_schema(schema_generator=_PlainSchema, mode="serialization")


def packet_document() -> str:
    """`docs/packet.schema.json` as it should be."""
    return json.dumps(packet_schema(), indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    if sys.argv[1:] == ["packet"]:
        PACKET_DOCUMENT.write_text(packet_document(), encoding="utf-8")
    else:
        json.dump(protocol_schema(), sys.stdout, indent=1, sort_keys=True)
