"""A conversation with the real actions on a real database, without Rasa: the rules choose the action."""

import itertools
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import SecretStr
from rasa_sdk.executor import ActionExecutor

from actions.runtime import build_executor, build_services
from actions.services import Services
from actions.settings import ActionSettings
from handoff.contract import Button, HandoffRequest, Say, bot_reply
from subscriptions.connecting import BusinessSettings

REPOSITORY = Path(__file__).resolve().parents[3]


class Clock:
    """A clock that tests can push forward."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def plain(text: str) -> str:
    """Amounts carry no-break spaces; tests are written with ordinary ones."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


@dataclass
class Answer:
    """What came back for one message."""

    says: list[Say]
    handoff: HandoffRequest | None
    slots: dict[str, Any]

    @property
    def text(self) -> str:
        return plain("\n".join(said.text for said in self.says))

    @property
    def buttons(self) -> list[Button]:
        return [button for said in self.says for button in said.buttons]

    def button(self, intent: str) -> Button:
        return next(button for button in self.buttons if button.intent == intent)

    def rows(self) -> dict[str, str]:
        cards = [card for said in self.says for card in said.cards]
        return {row.label: plain(row.value) for card in cards for row in card.rows}


@dataclass
class Chat:
    """One conversation: keeps events and slots the way Rasa does."""

    executor: ActionExecutor
    rules: Mapping[str, str]
    subscriber: str | None
    locale: str = "de"
    name: str = "c1"
    seq: int = 0
    events: list[dict[str, Any]] = field(default_factory=list)
    slots: dict[str, Any] = field(default_factory=dict)

    async def says(self, text: str, intent: str, **turn: Any) -> Answer:
        """A typed message. `turn` holds entities, language, ranking, metadata, or `again`."""
        self.seq += 0 if turn.pop("again", False) else 1
        parsed = {
            "intent": {"name": intent, "confidence": 0.9},
            "entities": [
                {"entity": kind, "value": value} for kind, value in turn.pop("entities", {}).items()
            ],
            "text": text,
            "message_id": f"m{self.seq}",
            "intent_ranking": [
                {"name": name, "confidence": 0.3} for name in turn.pop("ranking", [intent])
            ],
        }
        if "language" in turn:
            parsed["language"] = turn.pop("language")
        metadata = {
            "turn": f"{self.name}:{self.seq}",
            "subscriber_id": self.subscriber,
            "level": 1 if self.subscriber else 0,
            "locale": self.locale,
            "model_id": "stamped-by-rasa",
            **turn,
        }
        parsed["metadata"] = metadata
        user = {"event": "user", "text": text, "parse_data": parsed, "metadata": metadata}
        self.events.append(user)
        return await self._run(self.rules[intent], parsed)

    async def presses(self, button: Button, **turn: Any) -> Answer:
        """A pressed button, the way the gateway sends it."""
        return await self.says(f"/{button.intent}", button.intent, pressed=button.value, **turn)

    async def _run(self, action: str, parsed: dict[str, Any]) -> Answer:
        call = {
            "next_action": action,
            "sender_id": self.name,
            "tracker": {
                "sender_id": self.name,
                "slots": dict(self.slots),
                "latest_message": parsed,
                "events": list(self.events),
            },
            "domain": {},
            "version": "3.6.21",
        }
        result = await self.executor.run(call)
        assert result is not None
        return self._applied(action, result.events, result.responses)

    def _applied(
        self, action: str, events: list[dict[str, Any]], responses: list[dict[str, Any]]
    ) -> Answer:
        self.events.append({"event": "action", "name": action})
        replies = [bot_reply.validate_python(response["custom"]) for response in responses]
        for response in responses:
            self.events.append(
                {"event": "bot", "text": None, "data": {"custom": response["custom"]}}
            )
        self.events.extend(events)
        self.slots |= {event["name"]: event["value"] for event in events}
        says = [reply for reply in replies if isinstance(reply, Say)]
        handoffs = [reply for reply in replies if isinstance(reply, HandoffRequest)]
        assert len(handoffs) <= 1
        return Answer(says, handoffs[0] if handoffs else None, dict(self.slots))


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated and seeded database, made once by the real commands."""
    path = tmp_path_factory.mktemp("seeded") / "subscriptions.db"
    for command in ("migrate", "seed"):
        subprocess.run(
            [sys.executable, "-m", "subscriptions", command, "--database-url", f"sqlite:///{path}"],
            check=True,
            cwd=REPOSITORY,
        )
    return path


@pytest.fixture
def database(seeded: Path, tmp_path: Path) -> Path:
    """A copy of the seeded database for one test."""
    copy = tmp_path / "subscriptions.db"
    shutil.copy(seeded, copy)
    return copy


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def services(database: Path, clock: Clock) -> Iterator[Services]:
    business = BusinessSettings(mode="development", database_url=f"sqlite:///{database}")
    settings = ActionSettings(token=SecretStr("t"), business=business)
    services = build_services(settings, clock)
    yield services
    services.subscriptions.close()


@pytest.fixture(scope="session")
def rules() -> dict[str, str]:
    """Intent to action, from the rules that Rasa is trained with."""
    chosen: dict[str, str] = {}
    for path in sorted((REPOSITORY / "data" / "rules").glob("*.yml")):
        for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]:
            intent, action = rule["steps"][0]["intent"], rule["steps"][1]["action"]
            chosen[intent] = action
    return chosen


Start = Callable[..., Chat]


@pytest.fixture
def chat(services: Services, rules: dict[str, str]) -> Start:
    """Begin a conversation: `chat("K-1001", locale="en")`; with other `services` parts if wanted."""

    names = (f"c{number}" for number in itertools.count(1))

    def start(subscriber: str | None = None, *, locale: str = "de", **parts: Any) -> Chat:
        executor = build_executor(replace(services, **parts))
        return Chat(executor, rules, subscriber, locale, name=next(names))

    return start
