"""The host site of the story's person: it says who has signed in there, just now or long ago.

Invariant: a token is good for one hello.
"""

import json
import secrets

import httpx
from joserfc import jwt
from joserfc.jwk import OctKey

from tests.product import Product
from tests.stories.line import PATIENT_SECONDS


def host_token(product: Product, customer: str, level: int) -> str:
    """What the shop gives its page: with the moment of a sign-in just now (level 2), or without it (level 1)."""
    answer = httpx.post(
        f"{product.base}/demo/token",
        json={"customer": customer},
        timeout=PATIENT_SECONDS,
        trust_env=False,
    )
    fresh = str(answer.raise_for_status().json()["jwt"])
    return fresh if level == 2 else _aged(product, fresh)


def _aged(product: Product, token: str) -> str:
    """The same word of the host site, which does not say when the person signed in."""
    kept = json.loads((product.var / "secrets.json").read_text(encoding="utf-8"))
    key = OctKey.import_key(kept["host_site_secret"])
    known = jwt.decode(token, key)
    claims = {name: value for name, value in known.claims.items() if name != "auth_time"}
    return jwt.encode(known.header, {**claims, "jti": secrets.token_urlsafe(16)}, key)
