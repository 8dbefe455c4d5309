"""How long a page's script worked, read from the browser's own trace.

Invariants: only the main thread of the page counts, nested work once; the time is the thread's own where the browser tells it,
so that others on the machine count as little as can be.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from playwright.sync_api import Browser, Page

CATEGORIES = [
    "devtools.timeline",
    "v8.execute",
    "disabled-by-default-devtools.timeline",
    "blink.user_timing",
]
SCRIPT = {
    "FunctionCall",
    "EvaluateScript",
    "RunMicrotasks",
    "TimerFire",
    "FireAnimationFrame",
    "EventDispatch",
}
"""What the browser calls script, its outermost calls."""


@dataclass
class Trace:
    """What the browser noted while a block ran."""

    events: list[dict[str, Any]] = field(default_factory=list)

    def script(self, marks: str) -> list[float]:
        """Milliseconds of script between one mark of the page whose name begins so and the next."""
        found = sorted(
            (e for e in self.events if e.get("cat", "").startswith("blink.user_timing") and e["name"].startswith(marks)),
            key=lambda e: e["ts"],
        )  # fmt: skip
        assert found, "the page has set no marks"
        thread = (found[0]["pid"], found[0]["tid"])
        calls = sorted(self._calls(thread), key=lambda call: call[0])
        times = [mark["ts"] for mark in found]
        return [_total(calls, start, end) for start, end in pairwise(times)]

    def _calls(self, thread: tuple[int, int]) -> Iterator[tuple[float, float, float]]:
        for e in self.events:
            its = (e.get("pid"), e.get("tid"))
            if e.get("ph") == "X" and e["name"] in SCRIPT and its == thread:
                yield e["ts"], e["ts"] + e["dur"], e.get("tdur", e["dur"])


def _total(calls: list[tuple[float, float, float]], start: float, end: float) -> float:
    """Milliseconds of the outermost calls that began in between."""
    total = inside = 0.0
    for begun, ended, worked in calls:
        if start <= begun < end and begun >= inside:
            inside, total = ended, total + worked
    return total / 1000


@contextmanager
def traced(browser: Browser, page: Page) -> Iterator[Trace]:
    """Trace a page while the block runs; the events are there afterwards."""
    trace = Trace()
    browser.start_tracing(page=page, categories=CATEGORIES)
    try:
        yield trace
    finally:
        trace.events = json.loads(browser.stop_tracing())["traceEvents"]
