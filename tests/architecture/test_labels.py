"""The desk has words in both languages for every code the business and the gateway send it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
import yaml

from handoff.contract import HandoffReason
from handoff.conversations.proof import Why
from subscriptions.outbox.texts import MailTexts

ROOT = Path(__file__).resolve().parents[2]
BUILT = {  # parts of templates that are put together
    "offer.kind.value": ["upgrade", "downgrade"],  # an add-on has a name of its own
    "entry.purpose": ["newsletter", "offers"],  # nothing is sent about profiling
}


class Module:
    """One module of the business and the texts its expressions can be."""

    def __init__(self, source: str, constants: dict[str, ast.expr]) -> None:
        self.tree = ast.parse(source)
        self._constants = constants

    def templates(self) -> set[str]:
        """What the second part of each `Notice` can be; raises LookupError for what nobody can tell."""
        return {
            text
            for call in self._calls("Notice")
            for text in self._texts(self._argument(call, 1, "template"))
        }

    def _calls(self, name: str) -> Iterator[ast.Call]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == name:
                yield node

    @staticmethod
    def _argument(call: ast.Call, place: int, name: str) -> ast.expr:
        named = [given.value for given in call.keywords if given.arg == name]
        return (named or call.args[place : place + 1] or [ast.Constant(None)])[0]

    def _texts(self, node: ast.expr) -> set[str]:
        """Every text that the expression can be."""
        match node:
            case ast.Constant(value=value):
                return {value} if isinstance(value, str) else set()
            case ast.JoinedStr(values=parts):
                return self._joined(parts)
        sources = self._sources(node)
        if not sources:
            raise LookupError(ast.unparse(node))
        return {text for source in sources for text in self._texts(source)}

    def _sources(self, node: ast.expr) -> list[ast.expr]:
        """The expressions that the value of this one comes from; none when that cannot be told."""
        match node:
            case ast.IfExp(body=body, orelse=orelse):
                return [body, orelse]
            case ast.Subscript(value=ast.Name(id=name)):
                return [v for d in self._assigned(name) for v in getattr(d, "values", [])]
            case ast.Call(func=ast.Name(id=name)):
                return self._returned(name)
            case ast.Attribute(attr=name):
                return [*self._fields(name), *filter(None, [self._constants.get(name)])]
            case ast.Name(id=name):
                return [*self._assigned(name), *self._given(name)]
        return []

    @staticmethod
    def _joined(parts: list[ast.expr]) -> set[str]:
        texts = {""}
        for part in parts:
            value = part.value if isinstance(part, ast.FormattedValue) else part
            endings = (
                [value.value] if isinstance(value, ast.Constant) else BUILT[ast.unparse(value)]
            )
            texts = {f"{text}{ending}" for text in texts for ending in endings}
        return texts

    def _assigned(self, name: str) -> list[ast.expr]:
        return [
            node.value
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name
        ]

    def _returned(self, name: str) -> list[ast.expr]:
        return [
            part.value
            for node in ast.walk(self.tree)
            if isinstance(node, ast.FunctionDef) and node.name == name
            for part in ast.walk(node)
            if isinstance(part, ast.Return) and part.value is not None
        ]

    def _given(self, name: str) -> list[ast.expr]:
        """What is given for a parameter of this name."""
        return [
            self._argument(call, places.index(name) if name in places else len(places), name)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.FunctionDef)
            for places in [[a.arg for a in node.args.args]]
            if name in [*places, *(a.arg for a in node.args.kwonlyargs)]
            for call in self._calls(node.name)
        ]

    def _fields(self, name: str) -> list[ast.expr]:
        """What is given for a field of this name of a class of the module."""
        return [
            self._argument(call, fields.index(name), name)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.ClassDef)
            for fields in [
                [ast.unparse(f.target) for f in node.body if isinstance(f, ast.AnnAssign)]
            ]
            if name in fields
            for call in self._calls(node.name)
        ]


def emitted() -> dict[str, str]:
    """Every template of a notice, and one module that sends it."""
    sources = {path: path.read_text() for path in sorted((ROOT / "subscriptions").rglob("*.py"))}
    constants = {
        ast.unparse(node.targets[0]): node.value
        for source in sources.values()
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
    }
    sends = re.compile(r"from subscriptions\.store\.write import [^\n]*\bNotice\b")
    return {
        template: path.name
        for path, source in sources.items()
        if sends.search(source)
        for template in Module(source, constants).templates()
    }


def seeded() -> set[str]:
    """Templates of the contacts that the demo starts with."""
    return {
        contact["template"]
        for path in (ROOT / "data" / "seed").glob("*.yml")
        for contact in contacts(yaml.safe_load(path.read_text(encoding="utf-8")))
    }


def contacts(value: object) -> Iterator[dict[str, str]]:
    """Every entry of a list `contacts`, however deep."""
    if isinstance(value, dict):
        yield from value.get("contacts") or []
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from contacts(item)


def labels(locale: str) -> set[str]:
    """The keys of the desk's texts."""
    text = (ROOT / "webchat" / "src" / "i18n" / f"console.{locale}.ts").read_text(encoding="utf-8")
    return set(re.findall(r"^  (\w+):", text, re.MULTILINE))


@pytest.mark.parametrize("locale", ["de", "en"])
def test_every_notice_has_its_label(locale: str) -> None:
    sent = emitted()
    assert len(sent) > 50
    known = sent.keys() | seeded() | MailTexts("").names | {"payment_reminder", "welcome"}
    wanted = {f"tpl_{name}" for name in known}
    assert sorted(wanted - labels(locale)) == []


@pytest.mark.parametrize("locale", ["de", "en"])
def test_every_reason_and_refused_proof_has_its_label(locale: str) -> None:
    wanted = {f"r_{reason}" for reason in get_args(HandoffReason)}
    wanted |= {f"sys_proof_refused_{why}" for why in get_args(Why)}
    assert sorted(wanted - labels(locale)) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("Notice('contract', 'a')", {"a"}),
        ("Notice('contract', template='a')", {"a"}),
        ("t = 'a' if x else 'b'\nNotice('contract', t)", {"a", "b"}),
        ("def f(n, *, t=None):\n    Notice('x', t)\nf(1, t='a')\nf(2)", {"a"}),
        (
            "def e(x):\n    return f'plan_{offer.kind.value}'\nNotice('x', e(1))",
            {"plan_upgrade", "plan_downgrade"},
        ),
        ("class P:\n    k: int\n    t: str\np = P(1, 'a')\nNotice('x', p.t)", {"a"}),
        ("T = {1: 'a', 2: None}\nNotice('x', T[n])", {"a"}),
        ("Notice('payment', due.ANNOUNCED)", {"announced"}),
    ],
)
def test_a_notice_is_found_however_it_is_written(source: str, found: set[str]) -> None:
    constants: dict[str, ast.expr] = {"ANNOUNCED": ast.Constant("announced")}
    assert Module(source, constants).templates() == found


@pytest.mark.parametrize("source", ["Notice('x', whatever())", "Notice('x', a + b)"])
def test_a_notice_that_nobody_can_tell_is_not_passed_over(source: str) -> None:
    with pytest.raises(LookupError):
        Module(source, {}).templates()
