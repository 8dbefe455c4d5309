"""Delivery: a real mail server on this machine, the mailbox of development, and the queue between."""

import itertools
import json
import smtplib
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from threading import Event, get_ident
from time import monotonic, sleep
from urllib.parse import quote

import pytest
from sqlalchemy import Engine
from structlog.testing import capture_logs

from subscriptions import Connections, open_subscriptions
from subscriptions.outbox import Message, Undeliverable, close_outbox, open_outbox
from subscriptions.outbox import smtp as smtp_adapter
from subscriptions.outbox.queue import LIFE, WAITS, QueuedOutbox
from subscriptions.outbox.smtp import SmtpDelivery, SmtpServer
from subscriptions.outbox.texts import MailTexts
from tests.integration.subscriptions.looking import fingerprint
from tests.integration.subscriptions.people import NOBODY, SetClock
from tests.integration.subscriptions.smtp_server import MailServer, mail_server
from tests.processes import free_port

CODE = Message("anna@example.org", "email", "de", "one_time_code", "123456", {"minutes": 10})
UNDO = Message(
    "+4915112345678",
    "sms",
    "en",
    "phone_changed",
    "the-token",
    {"new": "+49***78", "until": date(2026, 12, 5), "asked": date(2026, 11, 21)},
)
TEXTS = MailTexts("https://shop.example.org/account")
TICK = timedelta(milliseconds=10)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MailServer]:
    with mail_server(tmp_path) as running:
        yield running


def delivery(server: MailServer, **changes: str) -> SmtpDelivery:
    """The adapter for this server, which trusts its certificate."""
    settings = {"sender": "care@example.org", "authorities": str(server.authorities)} | changes
    return SmtpDelivery(SmtpServer("127.0.0.1", server.port, **settings), TEXTS)


def until(true: Callable[[], object], seconds: float = 10) -> None:
    """Wait for what another thread does."""
    end = monotonic() + seconds
    while not true():
        assert monotonic() < end
        sleep(0.005)


# --- SMTP


def test_a_mail_arrives_encrypted_with_its_words(server: MailServer) -> None:
    delivery(server)(CODE)
    (mail,) = server.got
    assert server.encrypted == [True]
    assert server.recipients == ["anna@example.org"]
    assert (mail["To"], mail["From"]) == ("anna@example.org", "care@example.org")
    assert mail["Subject"] == "Ihr Code 123456"
    assert (mail["Auto-Submitted"], mail["Content-Language"]) == ("auto-generated", "de")
    assert mail["Date"]
    assert mail["Message-ID"].endswith("@example.org>")
    assert "Ihr Code lautet: 123456" in mail.get_content()
    assert "10 Minuten" in mail.get_content()


def test_it_logs_in(server: MailServer) -> None:
    server.user, server.password = "care", "pass:wort"
    delivery(server, user="care", password="pass:wort")(CODE)
    assert len(server.got) == 1
    with pytest.raises(ConnectionError, match="login") as refused:
        delivery(server, user="care", password="wrong-password")(CODE)
    assert "wrong-password" not in str(refused.value)


def test_an_sms_goes_through_a_gateway_or_nowhere(server: MailServer) -> None:
    delivery(server, sms_domain="sms.example.org")(UNDO)
    assert server.recipients == ["4915112345678@sms.example.org"]
    text = server.got[0].get_content()
    assert "https://shop.example.org/account/undo/the-token" in text.replace("=\n", "")
    with pytest.raises(Undeliverable, match="SMS"):
        delivery(server)(UNDO)


def test_nothing_is_sent_in_the_clear_or_to_a_stranger(server: MailServer, tmp_path: Path) -> None:
    server.encrypts = False
    with pytest.raises((OSError, Undeliverable)):
        delivery(server)(CODE)
    server.encrypts = True
    with pytest.raises(OSError, match="certificate"):
        delivery(server, authorities="")(CODE)
    assert server.got == []


@pytest.mark.parametrize(
    ("verb", "answer", "kind"),
    [
        ("RCPT", "550 nobody here", Undeliverable),
        ("RCPT", "450 later", ConnectionError),
        ("MAIL", "451 later", ConnectionError),
        ("MAIL", "553 not you", Undeliverable),
        (".", "554 not that", Undeliverable),
        (".", "452 full", ConnectionError),
    ],
)
def test_a_refusal_is_for_good_or_for_now(
    server: MailServer, verb: str, answer: str, kind: type[Exception]
) -> None:
    server.answers[verb] = [answer]
    with pytest.raises(kind) as refused:
        delivery(server)(CODE)
    assert "anna" not in str(refused.value)
    assert "123456" not in str(refused.value)


def test_a_rude_goodbye_sends_nothing_twice(server: MailServer) -> None:
    server.answers["QUIT"] = ["421 go away"]
    with queued(delivery(server)) as outbox:
        outbox(CODE)
        until(lambda: server.got)
        sleep(0.1)
    assert (len(server.got), server.connections) == (1, 1)


def test_a_server_that_hangs_is_given_up(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp_adapter, "TIMEOUT_SECONDS", 0.2)
    server.hangs = True
    begun = monotonic()
    with pytest.raises(OSError, match="timed out"):
        delivery(server)(CODE)
    assert monotonic() - begun < 30


def test_a_server_that_is_away_is_an_error_to_repeat() -> None:
    with pytest.raises(OSError, match="refused"):
        SmtpDelivery(SmtpServer("127.0.0.1", 9, "care@example.org"), TEXTS)(CODE)


@pytest.mark.parametrize(
    "to", ["anna@example.org\r\nBcc: x@example.org", "no address", "", "a@b@c"]
)
def test_an_address_cannot_smuggle_a_header(server: MailServer, to: str) -> None:
    with pytest.raises(Undeliverable):
        delivery(server)(Message(to, "email", "de", "one_time_code", "123456", {"minutes": 10}))
    assert server.got == []


# --- the queue


@contextmanager
def queued(
    deliver: Callable[[Message], None],
    waits: tuple[int, ...] = (0,),
    most: int = 1000,
    life: timedelta = LIFE,
) -> Iterator[QueuedOutbox]:
    outbox = QueuedOutbox(deliver, tick=TICK, waits=waits, most=most, life=life)
    yield outbox
    outbox.close()


def test_messages_are_delivered_by_another_thread_in_order() -> None:
    got: list[tuple[int, str]] = []
    with queued(lambda message: got.append((get_ident(), message.secret))) as outbox:
        for n in range(20):
            outbox(Message("a@example.org", "email", "de", "x", str(n)))
        until(lambda: len(got) == 20)
    assert [secret for _, secret in got] == [str(n) for n in range(20)]
    assert get_ident() not in {thread for thread, _ in got}


def test_taking_a_message_takes_no_time_while_the_server_hangs() -> None:
    free = Event()
    with queued(lambda _: free.wait(60) and None) as outbox:
        outbox(CODE)
        begun = monotonic()
        for _ in range(500):
            outbox(CODE)
        assert monotonic() - begun < 30
        free.set()


def test_what_fails_is_repeated_until_it_works(server: MailServer) -> None:
    server.answers["RCPT"] = ["450 later", "450 later"]
    with capture_logs() as logs, queued(delivery(server)) as outbox:
        outbox(CODE)
        until(lambda: server.got)
    assert [line["event"] for line in logs] == ["outbox_will_repeat"] * 2
    assert not any("anna" in str(line) or "123456" in str(line) for line in logs)


def test_what_keeps_failing_is_given_up_when_its_secret_is_over_and_said_so() -> None:
    tries: list[float] = []

    def fail(_: Message) -> None:
        tries.append(monotonic())
        raise smtplib.SMTPServerDisconnected("gone")

    begun = monotonic()
    with capture_logs() as logs, queued(fail, waits=(0, 1)) as outbox:
        outbox(replace(CODE, lives=timedelta(seconds=2)))
        until(lambda: logs and logs[-1]["event"] == "outbox_gave_up")
        sleep(0.1)
    assert 3 <= len(tries) <= 4
    assert tries[-1] - begun < 2
    events = ["outbox_will_repeat"] * (len(tries) - 1) + ["outbox_gave_up"]
    assert [line["event"] for line in logs] == events


def test_a_code_that_is_over_is_not_sent(server: MailServer) -> None:
    """The message before it took longer than it lives."""
    server.delay = 0.3
    with capture_logs() as logs, queued(delivery(server)) as outbox:
        outbox(CODE)
        until(lambda: server.connections)
        outbox(replace(CODE, secret="654321", lives=timedelta(milliseconds=200)))
        until(lambda: logs)
    assert len(server.got) == 1
    assert [line["event"] for line in logs] == ["outbox_too_late"]
    assert "654321" not in str(logs)


def test_a_code_is_repeated_to_the_end_of_its_life_and_no_further() -> None:
    """The real waits, added up: the last try leaves time to type, and there is a try in every minute."""
    tries = [0]
    while tries[-1] + (wait := WAITS[min(len(tries) - 1, len(WAITS) - 1)]) < 600:
        tries.append(tries[-1] + wait)
    assert max(b - a for a, b in itertools.pairwise(tries)) <= 60
    assert len(tries) > 10


def test_what_will_never_arrive_is_not_repeated(server: MailServer) -> None:
    server.answers["RCPT"] = ["550 nobody"]
    with capture_logs() as logs, queued(delivery(server)) as outbox:
        outbox(CODE)
        until(lambda: logs)
        sleep(0.1)
    assert [line["event"] for line in logs] == ["outbox_undeliverable"]
    assert server.connections == 1


def test_a_repeat_waits_its_time() -> None:
    tries: list[float] = []

    def fail(_: Message) -> None:
        tries.append(monotonic())
        raise OSError

    with queued(fail, waits=(1,)) as outbox:
        outbox(CODE)
        until(lambda: len(tries) == 2)
    assert tries[1] - tries[0] > 0.5


def test_a_bug_in_an_adapter_does_not_stop_the_others() -> None:
    got: list[str] = []

    def buggy(message: Message) -> None:
        if message.secret == "bad":
            raise ZeroDivisionError
        got.append(message.secret)

    with capture_logs() as logs, queued(buggy) as outbox:
        outbox(Message("a@example.org", "email", "de", "x", "bad"))
        outbox(Message("a@example.org", "email", "de", "x", "good"))
        until(lambda: got == ["good"])
        outbox(Message("a@example.org", "email", "de", "x", "later"))
        until(lambda: got == ["good", "later"])
    assert [line["event"] for line in logs] == ["outbox_worker_died"]


def test_the_queue_is_bounded() -> None:
    free = Event()
    with capture_logs() as logs, queued(lambda _: free.wait(60) and None, most=3) as outbox:
        for _ in range(5):
            outbox(CODE)
        free.set()
    assert [line["event"] for line in logs] == ["outbox_full"] * 2


def test_closing_delivers_what_waits() -> None:
    got: list[Message] = []
    outbox = QueuedOutbox(got.append, tick=timedelta(hours=1))
    outbox(CODE)
    close_outbox(outbox)
    assert got == [CODE]
    with capture_logs() as logs:
        outbox(CODE)
    assert [line["event"] for line in logs] == ["outbox_full"]


# --- the mailbox of development, and the whole way


def test_the_mailbox_is_private_lines_of_json(tmp_path: Path) -> None:
    path = tmp_path / "var" / "outbox.jsonl"
    outbox = open_outbox(f"file:{path}", "http://127.0.0.1:8123/")
    outbox(CODE)
    outbox(Message("a@example.org", "email", "en", "password_reset", "tok", {"minutes": 30}))
    close_outbox(outbox)
    first, second = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    assert (first["to"], first["secret"], first["subject"]) == (
        "anna@example.org",
        "123456",
        "Ihr Code 123456",
    )
    assert "http://127.0.0.1:8123/reset#tok" in second["text"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_somebody_else_made_becomes_private(tmp_path: Path) -> None:
    path = tmp_path / "outbox.jsonl"
    path.touch(mode=0o644)
    outbox = open_outbox(f"file:{path}")
    outbox(CODE)
    close_outbox(outbox)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_code_travels_from_the_use_case_to_the_mailbox_of_the_subscriber(
    database_url: str, clock: SetClock, server: MailServer
) -> None:
    setting = (
        f"smtp://care:{quote('p@ss/wort', safe='')}@127.0.0.1:{server.port}"
        f"?sender=care@example.org&links=https://shop.example.org/&ca={server.authorities}"
    )
    server.user, server.password = "care", "p@ss/wort"
    connections = Connections(outbox=open_outbox(setting))
    with open_subscriptions(database_url, clock, connections=connections) as business:
        asked = business.identity.send_code(NOBODY, "K-1004", key="k")
        until(lambda: server.got)
        digits = server.got[0]["Subject"].removeprefix("Your code ")
        proof = business.identity.check_code(NOBODY, asked.handle, digits, key="c")
    assert proof.subscriber == "K-1004"
    assert server.recipients == ["ben.carter@example.org"]


@pytest.mark.parametrize("trouble", ["refuses for now", "is slow", "hangs up", "is not there yet"])
def test_a_code_arrives_in_its_life_whatever_the_server_does_first_and_is_written_nowhere(
    database_url: str, clock: SetClock, engine: Engine, tmp_path: Path, trouble: str
) -> None:
    with mail_server(tmp_path) as server:
        misbehave(server, trouble)
        line = Line(server, away=2 * (trouble == "is not there yet"))
        outbox = QueuedOutbox(line, tick=TICK, waits=(0,))
        connections = Connections(outbox=outbox)
        with (
            capture_logs() as logs,
            open_subscriptions(database_url, clock, connections=connections) as business,
        ):
            begun = monotonic()
            asked = business.identity.send_code(NOBODY, "K-1004", key="k")
            assert monotonic() - begun < 8, "nobody waits for the mail server"
            until(lambda: server.got, seconds=30)
            digits = server.got[0]["Subject"].removeprefix("Your code ")
            written = str(fingerprint(engine)) + str(logs)
            proof = business.identity.check_code(NOBODY, asked.handle, digits, key="c")
    assert proof.subscriber == "K-1004"
    assert len(server.got) == 1
    assert len(digits) == 6
    assert digits not in written
    repeated = [line["event"] for line in logs]
    assert repeated == ([] if trouble == "is slow" else ["outbox_will_repeat"] * 2)
    on_disk = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert on_disk
    assert not [path for path in on_disk if digits.encode() in path.read_bytes()]


def misbehave(server: MailServer, trouble: str) -> None:
    """Let the server fail the first two times, or take its time."""
    if trouble == "is slow":
        server.delay = 0.5
    answer = {"refuses for now": "450 later", "hangs up": "421 closing"}.get(trouble)
    if answer:
        server.answers["RCPT"] = [answer, answer]


class Line:
    """The way to the server; the first calls find nobody at the other end."""

    def __init__(self, server: MailServer, away: int) -> None:
        self._there, self._away = delivery(server), away

    def __call__(self, message: Message) -> None:
        if self._away:
            self._away -= 1
            SmtpDelivery(SmtpServer("127.0.0.1", free_port(), "care@example.org"), TEXTS)(message)
        self._there(message)
