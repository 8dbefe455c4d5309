"""Which addresses may stand under the bot's words: our own pages, and pages of the payment provider.

Invariants: every address that a browser could read otherwise than we do is refused: control characters, spaces,
backslashes, a second slash at the start, a name or a port before the host.
"""

import re
from collections.abc import Collection
from urllib.parse import urlsplit

_PLAIN = re.compile(r"[\w.~:/?#\[\]@!$&'()*+,;=%-]+", re.ASCII)


def on_our_page(url: str, home: str) -> str:
    """The address as a path when it begins with `home`, where people reach the gateway; otherwise as it is.

    The widget knows where its gateway is and makes it absolute again; `http`, which a demo has, needs no exception.
    """
    start = f"{home.rstrip('/')}/"
    return f"/{url.removeprefix(start)}" if home and url.startswith(start) else url


def allowed(url: str, hosts: Collection[str]) -> bool:
    """Whether this is a path of the gateway, or an https address on one of the hosts."""
    if not _PLAIN.fullmatch(url):
        return False
    if url.startswith("/"):
        return not url.startswith("//")
    try:
        address = urlsplit(url)
    except ValueError:
        return False
    return address.scheme == "https" and address.netloc.lower() in hosts
