"""What Rasa 3.6 does anew for every turn although it comes out the same, done once; the version is pinned, a test holds each part.

Invariants: answers of the action server are checked as strictly as before, by the same schema; a call of it has a session of its
own as before, only the connections below are kept; which class an event has is looked up, not searched; Python's collector
leaves alone what stays for the life of the process.
"""

from __future__ import annotations

import asyncio
import gc
from copy import deepcopy
from functools import lru_cache
from typing import Any

import aiohttp
from jsonschema.exceptions import ValidationError
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.core.constants import DEFAULT_REQUEST_TIMEOUT
from rasa.shared.core.events import Event
from rasa.utils.endpoints import EndpointConfig

from lean_turns import make_turns_lean

KEPT_SECONDS = 4.0
"""The action server drops a connection after 5 seconds without a call; ours have to be gone before."""

_YOUNG, _MIDDLE, _OLD = 20_000, 20, 20
_connectors: dict[asyncio.AbstractEventLoop, aiohttp.TCPConnector] = {}


def make_lean() -> None:
    """Put these ways in the place of Rasa's; to be called before it is started."""
    RemoteAction._validate_action_result = _validated
    EndpointConfig.session = _session
    Event.resolve_by_type = staticmethod(lru_cache(maxsize=256)(Event.resolve_by_type))
    make_turns_lean()


def leave_alone_what_stays() -> None:
    """Model, grammar and libraries are a million objects: looking through them for garbage stops a turn for a quarter of a second."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)


@lru_cache(maxsize=1)
def _validators() -> tuple[Any, dict[str, list[Any]]]:
    """What an answer has to be, and what an event of each name has to be besides.

    Rasa checks its own schema against the schema of schemas each time, and each event against all its kinds, which differ by
    name: a hundred times the work of the check itself.
    """
    whole = deepcopy(RemoteAction.action_response_format_spec())
    kind = validator_for(whole)
    kind.check_schema(whole)
    kinds: dict[str, list[Any]] = {}
    for one in whole["properties"]["events"]["items"].pop("oneOf"):
        kinds.setdefault(one["properties"]["event"]["const"], []).append(kind(one))
    return kind(whole), kinds


def _validated(_action: RemoteAction, result: dict[str, Any]) -> bool:
    whole, kinds = _validators()
    good: bool = whole.is_valid(result)
    if good and isinstance(result, dict):
        good = all(_is_one_of(kinds, event) for event in result.get("events", ()))
    if not good:
        # Its own text would quote what the subscriber reads.
        raise ValidationError("the action server's answer has not the shape of one")
    return True


def _is_one_of(kinds: dict[str, list[Any]], event: dict[str, Any]) -> bool:
    fitting = [kind for kind in kinds.get(event["event"], ()) if kind.is_valid(event)]
    return len(fitting) == 1


def _session(endpoint: EndpointConfig) -> aiohttp.ClientSession:
    auth = endpoint.basic_auth
    return aiohttp.ClientSession(
        headers=endpoint.headers,
        auth=aiohttp.BasicAuth(auth["username"], auth["password"]) if auth else None,
        timeout=aiohttp.ClientTimeout(total=DEFAULT_REQUEST_TIMEOUT),
        connector=_connector(),
        connector_owner=False,
    )


def _connector() -> aiohttp.TCPConnector:
    """The connections of this event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _connectors:
        _connectors[loop] = aiohttp.TCPConnector(limit=64, keepalive_timeout=KEPT_SECONDS)
    return _connectors[loop]
