"""A short run of the chaos: everything holds; and the same checks see it when nothing makes it hold.

The long one is `make chaos`.
"""

import pytest

from tests.chaos.checks import Findings
from tests.chaos.report import lines
from tests.chaos.run import Outcome, Plan, run


def told(outcome: Outcome) -> str:
    """The table, for whoever reads a red test."""
    return "\n".join(lines(outcome))


def talked(findings: Findings) -> bool:
    """Whether there was anything to check."""
    counts = findings.counts
    return counts["acknowledged"] > 30 and counts["views compared"] > 30


@pytest.mark.postgres
async def test_two_gateways_over_postgresql_and_redis_lose_and_double_nothing() -> None:
    outcome = await run(Plan(15, "short"))
    assert outcome.findings.good, told(outcome)
    assert talked(outcome.findings), told(outcome)
    assert len(outcome.faults) > 6, told(outcome)


async def test_one_gateway_on_the_embedded_database_loses_and_doubles_nothing() -> None:
    outcome = await run(Plan(8, "embedded", embedded=True))
    assert outcome.findings.good, told(outcome)
    assert talked(outcome.findings), told(outcome)


async def test_payloads_pushed_and_sent_again_without_a_cid_fail_the_same_checks() -> None:
    outcome = await run(Plan(8, "pushed", embedded=True, pushed=True))
    assert not outcome.findings.good
    assert outcome.findings.number("stored twice") > 0, told(outcome)
    assert outcome.findings.number("missing in views") > 0, told(outcome)
