"""The agent desk as a simulation: chats arrive through the day, wait by skill and language, are handled or given up.

Read `_Day` first. Invariants: the same seed gives the same days; nobody is served out of turn by an agent who could have
served somebody earlier; an agent has at most `at_once` chats; after closing time nobody new comes in and the line is served out.
"""

from collections.abc import Generator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import simpy

HOUR = 3600.0
# Chats in each hour of a day, as parts of the day's: much in the morning and the early evening.
BY_HOUR = (1, 1, 0, 0, 0, 1, 2, 4, 7, 9, 9, 8, 7, 7, 7, 7, 7, 7, 6, 5, 4, 3, 2, 1)


@dataclass(frozen=True, slots=True)
class Demand:
    """What comes to the desk. Seconds are means; `patience` None: nobody gives up."""

    chats_per_day: float
    by_hour: tuple[float, ...] = BY_HOUR
    english: float = 0.25
    special: float = 0.1
    handling: float = 420.0
    patience: float | None = 360.0


@dataclass(frozen=True, slots=True)
class Staff:
    """Who is at the desk, and when. `slower`: how much longer a chat takes for each other one of the same agent."""

    agents: int
    at_once: int = 2
    slower: float = 0.35
    english: float = 0.6
    special: float = 0.4
    opens: int = 8
    closes: int = 20


@dataclass(slots=True)
class Agent:
    """One person at the desk."""

    english: bool
    special: bool
    chats: int = 0


@dataclass(slots=True, eq=False)
class Chat:
    """One subscriber who wants a person."""

    english: bool
    special: bool
    since: float
    taken: simpy.Event
    agent: Agent | None = None


@dataclass(slots=True)
class Outcome:
    """What happened on all days together; times in seconds. `left`: nobody at the desk could have served them."""

    waits: list[float] = field(default_factory=list)
    gave_up: int = 0
    left: int = 0
    outside: int = 0
    busy: float = 0.0
    offered_time: float = 0.0

    @property
    def offered(self) -> int:
        """Chats that came while the desk was open."""
        return len(self.waits) + self.gave_up + self.left

    def within(self, seconds: float) -> float:
        """The service level: the share of all offered chats that was answered in time."""
        return sum(wait <= seconds for wait in self.waits) / max(1, self.offered)

    def wait(self, share: int) -> float:
        """So many per cent of those who were answered waited at most so long."""
        ranked = sorted(self.waits)
        return ranked[min(len(ranked) - 1, len(ranked) * share // 100)] if ranked else 0.0

    @property
    def abandoned(self) -> float:
        """The share of all offered chats in which somebody gave up."""
        return self.gave_up / max(1, self.offered)

    @property
    def occupancy(self) -> float:
        """The share of their places that agents had a chat on while the desk was open."""
        return self.busy / self.offered_time if self.offered_time else 0.0


class _Day:
    """One day at the desk."""

    def __init__(self, demand: Demand, staff: Staff, draw: Random, out: Outcome) -> None:
        self._demand, self._staff, self._draw, self._out = demand, staff, draw, out
        self._world = simpy.Environment()
        self._line: list[Chat] = []
        self._agents = [
            Agent(
                english=_among(place, staff.agents, staff.english),
                special=_among(place, staff.agents, staff.special),
            )
            for place in range(staff.agents)
        ]

    def run(self) -> None:
        """From midnight until the last chat is over."""
        self._world.process(self._arrivals())
        self._world.run()
        self._out.left += len(self._line)
        hours = self._staff.closes - self._staff.opens
        self._out.offered_time += hours * HOUR * self._staff.agents * self._staff.at_once

    def _arrivals(self) -> Generator[simpy.Event, Any, None]:
        whole = sum(self._demand.by_hour)
        for hour, part in enumerate(self._demand.by_hour):
            rate = self._demand.chats_per_day * part / whole / HOUR
            end = (hour + 1) * HOUR
            while rate > 0:
                gap = self._draw.expovariate(rate)
                if self._world.now + gap >= end:
                    break
                yield self._world.timeout(gap)
                self._arrives(hour)
            if self._world.now < end:
                yield self._world.timeout(end - self._world.now)

    def _arrives(self, hour: int) -> None:
        if not self._staff.opens <= hour < self._staff.closes:
            self._out.outside += 1
            return
        chat = Chat(
            english=self._draw.random() < self._demand.english,
            special=self._draw.random() < self._demand.special,
            since=self._world.now,
            taken=self._world.event(),
        )
        self._world.process(self._visit(chat))

    def _visit(self, chat: Chat) -> Generator[simpy.Event, Any, None]:
        free = [agent for agent in self._agents if self._fits(agent, chat)]
        if free:
            self._take(chat, min(free, key=lambda agent: agent.chats))
        else:
            self._line.append(chat)
            yield from self._waits(chat)
        if chat.agent is not None:
            yield from self._handled(chat.agent)

    def _waits(self, chat: Chat) -> Generator[simpy.Event, Any, None]:
        if self._demand.patience is None:
            yield chat.taken
            return
        patience = self._world.timeout(self._draw.expovariate(1 / self._demand.patience))
        yield chat.taken | patience
        if chat.agent is None:
            self._line.remove(chat)
            self._out.gave_up += 1

    def _handled(self, agent: Agent) -> Generator[simpy.Event, Any, None]:
        longer = 1 + self._staff.slower * (agent.chats - 1)
        takes = self._draw.expovariate(1 / self._demand.handling) * longer
        closing = self._staff.closes * HOUR
        self._out.busy += max(0.0, min(takes, closing - self._world.now))
        yield self._world.timeout(takes)
        agent.chats -= 1
        following = next((chat for chat in self._line if self._fits(agent, chat)), None)
        if following is not None:
            self._line.remove(following)
            self._take(following, agent)
            following.taken.succeed()

    def _take(self, chat: Chat, agent: Agent) -> None:
        agent.chats += 1
        chat.agent = agent
        self._out.waits.append(self._world.now - chat.since)

    def _fits(self, agent: Agent, chat: Chat) -> bool:
        knows = (agent.english or not chat.english) and (agent.special or not chat.special)
        return knows and agent.chats < self._staff.at_once


def _among(place: int, agents: int, share: float) -> bool:
    """Whether the agent at this place is among the share; at least one is, when there is any share.

    The smaller share is part of the larger one: with few agents nobody else could serve a special chat in English.
    """
    return share > 0 and place < max(1, round(agents * share))


def simulate(demand: Demand, staff: Staff, *, days: int, seed: int) -> Outcome:
    """So many days, each from an empty desk."""
    out, draw = Outcome(), Random(seed)  # noqa: S311  # days that can be repeated, no secret
    for _ in range(days):
        _Day(demand, staff, draw, out).run()
    return out
