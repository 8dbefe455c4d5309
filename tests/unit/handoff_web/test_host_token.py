"""The host site's JWT: what is accepted, and every way of forging or reusing one that is not."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from handoff.conversations.errors import ConversationError, Refusal
from handoff.web.host_token import HostSite, HostTokens, sign

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
KEY = OctKey.import_key("a secret of the host site, long enough for HS256")
OTHER = OctKey.import_key("a secret of somebody else, long enough for HS256 ")
SITE = HostSite(issuer="host-site", keys={"k1": KEY})


class Spent:
    """Remembers token ids as the store does."""

    def __init__(self) -> None:
        self.seen: set[str] = set()

    async def spend(self, jti: str, expires_at: datetime) -> bool:
        assert expires_at > NOW
        known = jti in self.seen
        self.seen.add(jti)
        return not known


def tokens(*, now: datetime = NOW) -> HostTokens:
    return HostTokens(SITE, spend=Spent().spend, clock=lambda: now)


def claims(**changes: Any) -> dict[str, Any]:
    """Good claims; `None` takes one out."""
    stamp = int(NOW.timestamp())
    good = {
        "iss": "host-site",
        "aud": "abolotse",
        "sub": "K-1001",
        "name": "Anna",
        "nbf": stamp,
        "exp": stamp + 300,
        "jti": "one",
        "auth_time": stamp,
    } | changes
    return {name: value for name, value in good.items() if value is not None}


def token(body: dict[str, Any], *, key: Any = KEY, **header: Any) -> str:
    head = {"alg": "HS256", "kid": "k1"} | header
    return jwt.encode(head, body, key, algorithms=[head["alg"]])


def unsigned(body: dict[str, Any], **header: Any) -> str:
    """A token with a header and signature of one's own choice."""

    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'typ': 'JWT', 'kid': 'k1'} | header)}.{part(body)}."


async def test_a_fresh_token_identifies_and_confirms() -> None:
    made = sign(SITE, kid="k1", subscriber="K-1001", name="Anna", now=NOW)
    visitor = await tokens().visitor(made, locale="en")
    assert (visitor.subscriber_id, visitor.level, visitor.name) == ("K-1001", 2, "Anna")
    assert (visitor.locale, visitor.proven_at) == ("en", NOW)


@pytest.mark.parametrize("minutes", [None, 11, -5])
async def test_without_a_recent_proof_it_only_identifies(minutes: int | None) -> None:
    moment = None if minutes is None else int((NOW - timedelta(minutes=minutes)).timestamp())
    visitor = await tokens().visitor(token(claims(auth_time=moment)), locale="de")
    assert (visitor.level, visitor.proven_at) == (1, None)


STAMP = int(NOW.timestamp())
BAD = {
    "expired": token(claims(nbf=STAMP - 400, exp=STAMP - 100)),
    "not yet": token(claims(nbf=STAMP + 100)),
    "lives too long": token(claims(exp=STAMP + 601)),
    "ends too far ahead": token(claims(nbf=STAMP + 20, exp=STAMP + 640)),
    "wrong audience": token(claims(aud="shop")),
    "wrong issuer": token(claims(iss="evil")),
    "without issuer": token(claims(iss=None)),
    "without audience": token(claims(aud=None)),
    "without end": token(claims(exp=None)),
    "without start": token(claims(nbf=None)),
    "without id": token(claims(jti=None)),
    "without subject": token(claims(sub=None)),
    "empty id": token(claims(jti="")),
    "subject is a number": token(claims(sub=7)),
    "end is a text": token(claims(exp="soon")),
    "end is true": token(claims(exp=True)),
    "other key": token(claims(), key=OTHER),
    "unknown kid": token(claims(), kid="k2"),
    "kid walks the disk": token(claims(), kid="../../dev/null"),
    "other hash": token(claims(), alg="HS512"),
    "key address in the header": token(claims(), jku="https://evil.example/keys"),
    "no algorithm": unsigned(claims(), alg="none"),
    "no algorithm, shouted": unsigned(claims(), alg="NONE"),
    "claims RS256": unsigned(claims(), alg="RS256"),
    "signed with a key pair": token(claims(), key=RSAKey.generate_key(2048), alg="RS256"),
    "no kid": unsigned(claims(), alg="HS256", kid=None),
    "empty": "",
    "not a token": "hello",
    "list as claims": unsigned([], alg="HS256"),  # type: ignore[arg-type]
    "huge": "a" * 200_000,
}


@pytest.mark.parametrize("name", BAD)
async def test_a_bad_token_is_refused_with_one_code(name: str) -> None:
    with pytest.raises(ConversationError) as refused:
        await tokens().visitor(BAD[name], locale="de")
    assert refused.value.code is Refusal.BAD_TOKEN


async def test_a_token_is_good_once() -> None:
    verifier = tokens()
    await verifier.visitor(token(claims()), locale="de")
    with pytest.raises(ConversationError):
        await verifier.visitor(token(claims()), locale="de")
    await verifier.visitor(token(claims(jti="two")), locale="de")


async def test_a_forged_token_does_not_spend_the_real_one() -> None:
    verifier = tokens()
    with pytest.raises(ConversationError):
        await verifier.visitor(token(claims(), key=OTHER), locale="de")
    await verifier.visitor(token(claims()), locale="de")
