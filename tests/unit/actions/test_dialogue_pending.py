"""A matter's own names are safe from its facts; a matter that takes the place of another leaves no proof behind."""

from datetime import UTC, datetime

import pytest

from actions.dialogue.pending import Pending

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    "name", ["kind", "subject", "key", "until", "asks", "tries", "said", "showing"]
)
def test_a_fact_may_not_be_called_like_a_part_of_the_matter(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        Pending("promise_to_pay", "K-1001", "k", NOW, {name: "x"})


async def test_another_wish_before_the_proof_asks_for_one_proof_only(chat) -> None:
    talk = chat(None)
    first = await talk.says("ich zahle später", "promise_to_pay")
    assert first.open == ["identify", "promise_to_pay"]
    other = await talk.says("nein, lieber gleich", "pay_now")
    assert other.open == ["identify", "pay_now"]
