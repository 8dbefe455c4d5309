"""The desk's session cookie: HttpOnly, SameSite=Strict; in production Secure under the `__Host-` prefix."""

from starlette.requests import HTTPConnection
from starlette.responses import Response

from handoff.desk.sign_in import ABSOLUTE


def _name(*, development: bool) -> str:
    """Plain HTTP on loopback cannot carry a `__Host-` cookie in every browser."""
    return "abolotse_desk" if development else "__Host-abolotse_desk"


def read_cookie(connection: HTTPConnection, *, development: bool) -> str | None:
    """The cookie a browser sent, if any."""
    return connection.cookies.get(_name(development=development))


def set_cookie(response: Response, value: str, *, development: bool) -> None:
    """Give the browser its session."""
    response.set_cookie(
        _name(development=development),
        value,
        max_age=int(ABSOLUTE.total_seconds()),
        path="/",
        secure=not development,
        httponly=True,
        samesite="strict",
    )


def drop_cookie(response: Response, *, development: bool) -> None:
    """Take it back."""
    response.delete_cookie(
        _name(development=development),
        path="/",
        secure=not development,
        httponly=True,
        samesite="strict",
    )
