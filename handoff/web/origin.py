"""Which pages may open a socket: checked before accept, because CORS does not cover WebSockets.

Invariants: a missing, opaque (`null`) or doubled Origin is refused; without an allow-list only pages of
this very host and scheme may connect.
"""

from collections.abc import Collection

from starlette.requests import HTTPConnection

OWN_PAGE_ONLY: frozenset[str] = frozenset()
"""No allow-list: pages of this very host alone."""


def origin_allowed(connection: HTTPConnection, allowed: Collection[str]) -> bool:
    """Does the connection come from a page we serve or trust?"""
    origins = connection.headers.getlist("origin")
    if len(origins) != 1 or origins[0] == "null":
        return False
    origin = origins[0].lower()
    if allowed:
        return origin in {entry.lower().rstrip("/") for entry in allowed}
    scheme = {"ws": "http", "wss": "https"}.get(connection.url.scheme, connection.url.scheme)
    return origin == f"{scheme}://{connection.headers.get('host', '').lower()}"
