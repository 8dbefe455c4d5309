"""What the rules' tests share."""

import pytest

from subscriptions.policy.calendar import load_holidays


@pytest.fixture(scope="session", autouse=True)
def _holidays() -> None:
    """Loaded before the first example, which has a deadline, as the product does before the first question."""
    load_holidays(2026)
