"""What may not change while a break-in is being looked into."""

from sqlalchemy import Connection

from subscriptions.entities.identity import LoginState
from subscriptions.errors import Code, SubscriptionError
from subscriptions.store import identity


def require_no_break_in(db: Connection, customer: str) -> None:
    """Raise ACCOUNT_ON_HOLD after a reported break-in: a stranger must not move mail or parcels."""
    if identity.login(db, customer).state is LoginState.COMPROMISED:
        raise SubscriptionError(Code.ACCOUNT_ON_HOLD)
