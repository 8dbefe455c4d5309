"""An agent's console without a browser: signed in over HTTP, it watches one conversation and acts in it.

Invariant: the agent acts under the epoch that the log told, so that a stale click is refused as in the product.
"""

import secrets
from typing import Any

import httpx

from handoff.contract import Wire
from handoff.protocol import (
    Ack,
    AgentHello,
    AgentSend,
    AgentWelcome,
    ControlEvent,
    LogFrame,
    Nack,
    Refused,
    Release,
    Take,
    Watch,
    to_agent,
)
from tests.product import Product
from tests.stories.line import PATIENT_SECONDS, Line


def sign_in(product: Product, login: str) -> str:
    """The cookie of an agent's session."""
    answer = httpx.post(
        f"{product.base}/api/agent/login",
        json={"login": login, "password": product.password},
        headers={"X-Requested-With": "abolotse"},
        timeout=PATIENT_SECONDS,
        trust_env=False,
    )
    answer.raise_for_status()
    return "; ".join(f"{name}={value}" for name, value in answer.cookies.items())


class Console:
    """One person at the desk with one conversation open."""

    def __init__(self, product: Product, cookie: str, conversation: str) -> None:
        self.conversation = conversation
        self.log: list[LogFrame] = []
        self._acks: dict[str, int] = {}
        self._welcome: AgentWelcome | None = None
        address = product.base.replace("http://", "ws://") + "/ws/agent"
        self._line = Line(address, {"Cookie": cookie}, to_agent, self._hear)
        self._line.send(AgentHello())
        self._line.until(lambda: self._welcome is not None, "welcome at the desk")
        self._line.send(Watch(conversation=conversation))

    def take(self, last: int) -> None:
        """Take the chat, with its log up to `last` before one's eyes."""
        self._await(last)
        self._write(Take(cid=_cid(), conversation=self.conversation, epoch=self._epoch))

    def say(self, text: str, *, note: bool = False) -> None:
        """A reply, or a note for colleagues."""
        self._write(
            AgentSend(
                cid=_cid(), conversation=self.conversation, epoch=self._epoch, text=text, note=note
            )
        )

    def release(self, to: str, outcome: str) -> None:
        """Give the chat back to the assistant (`bot`), or close the case (`closed`)."""
        self._write(
            Release.model_validate(
                {
                    "cid": _cid(),
                    "conversation": self.conversation,
                    "epoch": self._epoch,
                    "to": to,
                    "outcome": outcome,
                }
            )
        )

    def leave(self) -> None:
        """Close the page."""
        self._line.close()

    @property
    def _epoch(self) -> int:
        told = [f.event.epoch for f in self.log if isinstance(f.event, ControlEvent)]
        return told[-1] if told else 1

    def _await(self, seq: int) -> None:
        self._line.until(lambda: bool(self.log) and self.log[-1].seq >= seq, "the log at the desk")

    def _write(self, frame: Any) -> None:
        self._line.send(frame)
        self._line.until(lambda: frame.cid in self._acks, f"ack of {frame}")
        self._await(self._acks[frame.cid])

    def _hear(self, frame: Wire) -> None:
        if isinstance(frame, LogFrame):
            self.log.append(frame)
        elif isinstance(frame, Ack):
            self._acks[frame.cid] = frame.seq
        elif isinstance(frame, AgentWelcome):
            self._welcome = frame
        else:
            assert not isinstance(frame, Nack | Refused), frame


def _cid() -> str:
    return secrets.token_hex(8)
