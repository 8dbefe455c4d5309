"""Security conventions of the house as lints over the syntax tree; each knows an example it must catch."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def sources(*packages: str) -> Iterator[tuple[Path, ast.Module]]:
    """Each module of the packages with its syntax tree."""
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path, ast.parse(path.read_text())


def floats(tree: ast.Module) -> list[int]:
    """Lines that hold a float literal, name `float`, or divide."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
        or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and not joins_paths(node))
    ]


def joins_paths(node: ast.BinOp) -> bool:
    """Whether a division is pathlib's: one side is a string or a Path made on the spot."""
    text = ast.unparse(node)
    return "Path" in text or any(
        isinstance(side, ast.Constant) and isinstance(side.value, str)
        for side in (node.left, node.right)
    )


def test_no_float_in_subscriptions() -> None:
    found = [
        f"{path.name}:{line}" for path, tree in sources("subscriptions") for line in floats(tree)
    ]
    assert found == []
    assert floats(ast.parse("total = price * 0.19")) == [1]


def slot_identities(tree: ast.Module) -> list[int]:
    """Lines that read an identity from a slot."""
    pattern = re.compile(r"get_slot\(['\"](subscriber|customer|level|account|contract)")
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and pattern.search(ast.unparse(node))
    ]


def test_identity_never_comes_from_a_slot() -> None:
    found = [
        f"{path.name}:{line}" for path, tree in sources("actions") for line in slot_identities(tree)
    ]
    assert found == []
    assert slot_identities(ast.parse("tracker.get_slot('subscriber_id')")) == [1]


PACKAGES = ("subscriptions", "actions", "handoff", "studio", "launch", "planning", "bot/components")


def unsaid(head: str) -> list[str]:
    """What a package's docstring leaves out: what it may import, what it keeps true."""
    return [word for word in ("import", "nvariant") if word not in head]


def test_every_package_says_what_it_imports_and_keeps_true() -> None:
    folders = {path.parent for path, _ in sources(*PACKAGES)}
    heads = {
        folder: ast.get_docstring(ast.parse((folder / "__init__.py").read_text())) or ""
        for folder in folders
        if folder.name != "versions"  # migrations, which Alembic loads by path
    }
    assert {str(folder): unsaid(head) for folder, head in heads.items() if unsaid(head)} == {}
    assert unsaid("A package of things.") == ["import", "nvariant"]


def imports(tree: ast.Module) -> set[str]:
    """Top-level names of all imported modules."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def test_only_one_module_talks_to_rasa_over_http() -> None:
    users = {
        path.relative_to(ROOT).as_posix()
        for path, tree in sources(
            "handoff/conversations", "handoff/desk", "handoff/adapters", "actions"
        )
        if {"httpx", "aiohttp"} & imports(tree) or "http_line" in ast.dump(tree)
    }
    assert users == {"handoff/adapters/http_line.py", "handoff/adapters/rasa_replica.py"}


def tracked_text() -> Iterator[tuple[str, str]]:
    """Every tracked text file with its content."""
    names = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    for name in filter(None, names):
        path = ROOT / name
        if path.suffix in {".png", ".ico", ".woff2"} or not path.is_file():
            continue
        yield name, path.read_text(errors="replace")


LIVE_KEY = re.compile(r"[sr]k_live_\w")


def test_no_live_key_of_a_payment_provider_is_in_the_repository() -> None:
    assert [name for name, text in tracked_text() if LIVE_KEY.search(text)] == []
    assert LIVE_KEY.search("sk_" + "live_51")


HOME = re.compile(r"/(home|root|Users)/[a-z0-9]+/")


def test_no_path_of_anybodys_machine() -> None:
    assert [name for name, text in tracked_text() if HOME.search(text)] == []
    assert HOME.search("/".join(["", "home", "anna", "x"]))


SECRET = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY|sk_live_[A-Za-z0-9]{8}|AKIA[0-9A-Z]{16}")


def test_no_secret_in_the_repository() -> None:
    assert [name for name, text in tracked_text() if SECRET.search(text)] == []
    assert SECRET.search("sk_live_" + "a" * 8)
