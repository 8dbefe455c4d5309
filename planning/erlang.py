"""Waiting lines that can be calculated: Erlang C (everybody waits) and Erlang A (some give up).

A control for the simulation, and a first answer without it. Chats arrive at random at a constant rate, handling and patience
are exponential, agents are alike and have one chat at a time. Rates are per second.
"""

from dataclasses import dataclass
from math import exp


@dataclass(frozen=True, slots=True)
class Line:
    """Arrivals and handled chats per second of one agent, agents, and how fast people give up (0: never)."""

    arrivals: float
    handled: float
    agents: int
    giving_up: float = 0.0

    @property
    def load(self) -> float:
        """Agents that would be busy without a pause."""
        return self.arrivals / self.handled


def waiting_share(line: Line) -> float:
    """Erlang C: the share of chats that wait at all. Raises ValueError when the line would grow for ever."""
    if line.load >= line.agents:
        raise ValueError("more chats than the agents can handle")
    blocked = 1.0
    for busy in range(1, line.agents + 1):
        blocked = line.load * blocked / (busy + line.load * blocked)
    return blocked / (1 - line.load / line.agents * (1 - blocked))


def answered_within(line: Line, seconds: float) -> float:
    """Erlang C: the share that is answered within so many seconds."""
    spare = line.agents * line.handled - line.arrivals
    return 1 - waiting_share(line) * exp(-spare * seconds)


def mean_wait(line: Line) -> float:
    """Erlang C: seconds a chat waits on average, those that do not wait included."""
    return waiting_share(line) / (line.agents * line.handled - line.arrivals)


def gives_up_share(line: Line) -> float:
    """Erlang A: the share of chats whose subscriber gives up; from the steady state of the line."""
    weights, weight, waiting = [1.0], 1.0, 0
    while waiting < 10_000 and (waiting == 0 or weight > 1e-12 * max(weights)):
        busy = min(len(weights), line.agents)
        waiting = max(0, len(weights) - line.agents)
        weight *= line.arrivals / (busy * line.handled + waiting * line.giving_up)
        weights.append(weight)
    in_line = sum(max(0, here - line.agents) * share for here, share in enumerate(weights))
    return line.giving_up * in_line / sum(weights) / line.arrivals
