"""Checks the host site's JWT, the only proof of who a subscriber is.

Invariants: HS256 and nothing else; the key is chosen from an allow-list by `kid`, headers that point at
keys are refused; audience, issuer, start and end are checked and a token lives ten minutes at most; a
`jti` is good once, also after a restart (domain rule "Who is speaking": level 2 is proof not older than
ten minutes). The reason of a refusal stays in the log, the caller learns only `bad_token`.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from handoff.contract import Locale
from handoff.conversations.errors import ConversationError, Refusal
from handoff.conversations.ports import Visitor
from handoff.conversations.proof import SKEW, fresh

log = structlog.get_logger(__name__)

AUDIENCE = "abolotse"
LONGEST = timedelta(minutes=10)
LEEWAY_SECONDS = int(SKEW.total_seconds())
_ALGORITHMS = ["HS256"]
_HEADERS = {"alg", "kid", "typ"}

SpendToken = Callable[[str, datetime], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class HostSite:
    """The site that signs: its issuer name and its keys by `kid` (two while they rotate)."""

    issuer: str
    keys: Mapping[str, OctKey]


class _Bad(Exception):
    """Why a token was refused; for the log."""


class HostTokens:
    """Verifies tokens, each once."""

    def __init__(self, site: HostSite, *, spend: SpendToken, clock: Callable[[], datetime]) -> None:
        self._site = site
        self._spend = spend
        self._clock = clock

    async def visitor(self, token: str, *, locale: Locale) -> Visitor:
        """Who the token speaks for. Raises BAD_TOKEN; a repeated `jti` is refused like a forged one."""
        try:
            claims = self._claims(token)
            expires = datetime.fromtimestamp(claims["exp"], UTC)
            if not await self._spend(claims["jti"], expires + timedelta(seconds=LEEWAY_SECONDS)):
                raise _Bad("replayed")
        except (JoseError, _Bad) as error:
            log.warning("host_token_refused", reason=getattr(error, "error", str(error)))
            raise ConversationError(Refusal.BAD_TOKEN) from None
        return self._visitor(claims, locale)

    def _claims(self, token: str) -> dict[str, Any]:
        try:
            claims = jwt.decode(token, self._key, algorithms=_ALGORITHMS).claims
        except (ValueError, TypeError, KeyError) as error:
            raise _Bad("malformed") from error
        now = int(self._clock().timestamp())
        jwt.JWTClaimsRegistry(
            now=now,
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self._site.issuer},
            aud={"essential": True, "value": AUDIENCE},
            exp={"essential": True},
            nbf={"essential": True},
            jti={"essential": True},
            sub={"essential": True},
        ).validate(claims)
        if claims["exp"] - claims["nbf"] > LONGEST.total_seconds():
            raise _Bad("too_long")
        if claims["exp"] - now > LONGEST.total_seconds() + LEEWAY_SECONDS:
            raise _Bad("too_far")
        for name, longest in (("sub", 64), ("jti", 128)):
            if not isinstance(claims[name], str) or not 1 <= len(claims[name]) <= longest:
                raise _Bad(f"{name}_shape")
        return claims

    def _key(self, parsed: Any) -> OctKey:
        header = parsed.headers()
        if set(header) - _HEADERS:
            raise _Bad("foreign_header")
        key = self._site.keys.get(str(header.get("kid")))
        if key is None:
            raise _Bad("unknown_kid")
        return key

    def _visitor(self, claims: Mapping[str, Any], locale: Locale) -> Visitor:
        """Level 2 needs the moment of the proof (`auth_time`), at most ten minutes ago."""
        proven_at = _moment(claims.get("auth_time"))
        confirmed = proven_at is not None and fresh(proven_at, self._clock())
        name = claims.get("name")
        return Visitor(
            subscriber_id=claims["sub"],
            level=2 if confirmed else 1,
            name=name[:120] if isinstance(name, str) else None,
            locale=locale,
            proven_at=proven_at if confirmed else None,
        )


def _moment(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def sign(site: HostSite, *, kid: str, subscriber: str, name: str, now: datetime) -> str:
    """A token as a host site makes it after a fresh sign-in; for the demo shop and for tests."""
    claims = {
        "iss": site.issuer,
        "aud": AUDIENCE,
        "sub": subscriber,
        "name": name,
        "nbf": int(now.timestamp()),
        "iat": int(now.timestamp()),
        "exp": int((now + timedelta(minutes=5)).timestamp()),
        "auth_time": int(now.timestamp()),
        "jti": secrets.token_urlsafe(16),
    }
    return jwt.encode({"alg": "HS256", "kid": kid}, claims, site.keys[kid], algorithms=_ALGORITHMS)
