"""What the documents name exists: folders, files, commands; and the folder map is complete."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from subscriptions.port import Business

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
CODE = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"[a-z_.]+(/[a-zA-Z0-9_.-]+)+/?|[a-z_.-]+\.(py|md|yml|toml|lock)")
MADE_WHEN_RUNNING = ("var/", "bot/models/", "bot/.venv", ".tools/", "webchat/node_modules")


def tracked_folders() -> set[str]:
    """Top-level folders that git knows and that do not start with a dot."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    return {name.split("/")[0] for name in listed if "/" in name and not name.startswith(".")}


def named_paths(text: str) -> list[str]:
    """Everything in code marks that looks like a path of ours."""
    return [found for found in CODE.findall(text) if PATH.fullmatch(found)]


def exists(name: str, document: Path) -> bool:
    """Whether a named path exists, from the root or beside the document; `*` may stand for a name."""
    bases = (ROOT, document.parent)
    return name.startswith(MADE_WHEN_RUNNING) or any(
        list(base.glob(name.rstrip("/"))) for base in bases
    )


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_path_in_a_document_exists(document: Path) -> None:
    missing = [name for name in named_paths(document.read_text()) if not exists(name, document)]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_make_command_in_a_document_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"`(?:[A-Z]+=\S+ )?make ([a-z-]+)", document.read_text()))
    assert named - targets == set()


def test_the_folder_map_of_the_readme_is_complete() -> None:
    mapped = set(re.findall(r"^\| `([a-z]+)/`", (ROOT / "README.md").read_text(), re.MULTILINE))
    assert mapped == tracked_folders()


def missing_tests(text: str) -> list[str]:
    """Tests that are named behind a file which does not have them."""
    missing, source = [], ""
    for name in CODE.findall(text):
        if name.startswith("tests/") and name.endswith(".py"):
            source = (ROOT / name).read_text()
        elif name.startswith("test_") and f"def {name}(" not in source:
            missing.append(name)
    return missing


def test_every_fault_has_its_tests() -> None:
    text = (ROOT / "docs" / "failures.md").read_text()
    assert missing_tests(text) == []
    named = {name for name in CODE.findall(text) if name.startswith("tests/faults/test_")}
    there = {f"tests/faults/{file.name}" for file in (ROOT / "tests/faults").glob("test_*.py")}
    assert named == there
    assert missing_tests("`tests/faults/test_bot.py`: `test_nothing`") == ["test_nothing"]


def test_a_wrong_path_would_be_found() -> None:
    assert not exists("handoff/no_such_module.py", ROOT / "README.md")
    assert named_paths("see `handoff/no_such_module.py`") == ["handoff/no_such_module.py"]


def use_cases_by_intent() -> dict[str, set[str]]:
    """The table of `docs/subscriptions.md`."""
    text = (ROOT / "docs" / "subscriptions.md").read_text()
    rows = re.findall(r"^\| (`[a-z_`, ]+`) \| (`[a-z_.`, ]+`) \|$", text, re.MULTILINE)
    return {
        intent: set(re.findall(r"`([a-z]+\.[a-z_]+)`", cases))
        for intents, cases in rows
        for intent in re.findall(r"`([a-z_]+)`", intents)
    }


# Answered from knowledge, by the bot itself, or only an act inside a conversation.
WITHOUT_USE_CASE = {
    *("product_info", "first_steps", "playback_problem", "content_missing"),
    *("greet", "thank", "goodbye", "about_bot", "out_of_scope", "crisis"),
    *("affirm", "deny", "inform", "stop_flow", "repeat", "switch_language"),
}


def test_every_intent_has_its_use_cases_on_the_port() -> None:
    told = use_cases_by_intent()
    domain = yaml.safe_load((ROOT / "bot" / "domain" / "intents.yml").read_text())
    assert set(domain["intents"]) == told.keys() | WITHOUT_USE_CASE
    nouns = {
        name: member for name, member in vars(Business).items() if isinstance(member, property)
    }
    for case in set().union(*told.values()):
        noun, method = case.split(".")
        assert hasattr(nouns[noun].fget.__annotations__["return"], method), case
