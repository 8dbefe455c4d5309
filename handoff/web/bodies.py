"""Reads the body of a request no further than it may be long.

Invariant: what a request says of its own length is not believed; one that says nothing is held to the same limit.
"""

from fastapi import Request


async def body_within(request: Request, most: int) -> bytes | None:
    """The body; None when it has more than `most` bytes."""
    parts: list[bytes] = []
    length = 0
    async for part in request.stream():
        length += len(part)
        if length > most:
            return None
        parts.append(part)
    return b"".join(parts)
