"""Finds e-mail addresses; the value is the address with its domain in lower case."""

import re
from collections.abc import Iterator

from components.matchers import Found

_ADDRESS = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,24}(?![\w-])"
)


def find_email(text: str) -> Iterator[Found]:
    """Every address in the text."""
    for match in _ADDRESS.finditer(text):
        local, _, domain = match.group().rpartition("@")
        yield Found(match.start(), match.end(), "email", f"{local}@{domain.lower()}")
