"""The table of a run, for people."""

from tests.chaos.checks import MOST_SHOWN
from tests.chaos.run import Outcome


def lines(outcome: Outcome) -> list[str]:
    """The counts, the faults by kind, the recoveries, and what was wrong with the first examples."""
    plan, findings = outcome.plan, outcome.findings
    told = [f"chaos: {plan.seconds:.0f} s of faults, seed {plan.seed}", "", "counted"]
    told += [f"  {count:7}  {name}" for name, count in findings.counts.items()]
    told += [f"  {outcome.tally.reconnects:7}  reconnects", "", "faults"]
    told += [f"  {count:7}  {name}" for name, count in outcome.faults.items()]
    closed = ", ".join(f"{code}: {n}" for code, n in sorted(outcome.tally.closed.items()))
    said = ", ".join(f"{reason}: {n}" for reason, n in sorted(outcome.tally.reasons.items()))
    told += [
        "",
        f"close codes  {closed}",
        f"said why     {said or 'none'}",
        f"recoveries   {outcome.recoveries}",
        "",
        "wrong",
    ]
    for kind, found in findings.wrong.items():
        told.append(f"  {len(found):7}  {kind}")
        told += [f"           {example}" for example in found[:MOST_SHOWN]]
    return [*told, "", "all is well" if findings.good else "SOMETHING IS WRONG"]
