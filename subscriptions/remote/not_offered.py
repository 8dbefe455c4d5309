"""What an adapter does not offer is refused by name, so that the chat can pass it to a person."""

from collections.abc import Callable
from typing import NoReturn

from subscriptions.errors import Code, SubscriptionError


class NotOffered:
    """Every use case that a subclass does not define raises NOT_OFFERED."""

    def __getattr__(self, name: str) -> Callable[..., NoReturn]:
        """A use case that always refuses; private names stay missing, as Python expects."""
        if name.startswith("_"):
            raise AttributeError(name)

        def refuse(*_: object, **__: object) -> NoReturn:
            raise SubscriptionError(Code.NOT_OFFERED)

        return refuse
