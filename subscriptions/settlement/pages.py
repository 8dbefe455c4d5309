"""What a page of the provider asks for, found by the provider's reference of the page."""

from collections.abc import Mapping
from datetime import datetime

from subscriptions.entities.setup_links import SetupState
from subscriptions.model.payments import PaymentRequestState
from subscriptions.model.settlement import PageAsked, PageState
from subscriptions.store import methods, payment_requests
from subscriptions.store.backing import Backing
from subscriptions.store.engine import reading

_PAYMENTS: Mapping[PaymentRequestState, PageState] = {
    PaymentRequestState.OPEN: PageState.OPEN,
    PaymentRequestState.PAID: PageState.DONE,
    PaymentRequestState.EXPIRED: PageState.OVER,
    PaymentRequestState.CANCELLED: PageState.OVER,
}
_SETUPS: Mapping[SetupState, PageState] = {
    SetupState.OPEN: PageState.OPEN,
    SetupState.DONE: PageState.DONE,
    SetupState.EXPIRED: PageState.OVER,
}


def page_asked(backing: Backing, page: str, now: datetime) -> PageAsked | None:
    """The pay link or setup link behind a page, as it stands now; None when it is not ours."""
    with reading(backing.engine) as db:
        request = payment_requests.by_provider_reference(db, page)
        link = methods.link_on(db, page) if request is None else None
    if request is not None:
        return PageAsked(_PAYMENTS[request.seen(now)], request.amount, request.invoices)
    if link is None:
        return None
    over = link.state is SetupState.OPEN and link.expires_at <= now
    return PageAsked(PageState.OVER if over else _SETUPS[link.state])
