"""Rooms stay small: files about 300 lines, functions about 40, in everything that is ours to read."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("subscriptions", "actions", "handoff", "studio", "launch", "planning", "bot/components")
MAX_FILE_LINES = 330
MAX_FUNCTION_LINES = 45
FILES = sorted(
    path
    for name in PACKAGES
    for path in (ROOT / name).rglob("*.py")
    if "migrations" not in path.parts
)


def long_functions(source: str) -> list[str]:
    """Names of functions with more lines than allowed."""
    return [
        node.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno + 1 > MAX_FUNCTION_LINES
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_and_its_functions_are_small(path: Path) -> None:
    source = path.read_text()
    assert source.count("\n") <= MAX_FILE_LINES
    assert long_functions(source) == []


def test_a_long_function_would_be_found() -> None:
    long = "def f():\n" + "    x = 1\n" * MAX_FUNCTION_LINES
    assert long_functions(long) == ["f"]
