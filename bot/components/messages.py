"""Hands Rasa the training messages, each file read once: Rasa's own way reads, checks and copies them for half a minute.

Invariants: what Rasa gets is what its own importer would give it (a test compares them); a message does not change once
it was read; the form of the files is checked by the tests, not here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import INTENT, METADATA, METADATA_INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from typing_extensions import override

from components.written import Line, lines


class WrittenMessage(Message):
    """A message that is told from others by what was written, and copied without its parts."""

    @classmethod
    def of(cls, line: Line) -> WrittenMessage:
        """The message as Rasa knows it."""
        about = {"writer": line.writer, "language": line.language}
        return cls({TEXT: line.text, INTENT: line.intent, METADATA: {METADATA_INTENT: about}})

    @override
    def fingerprint(self) -> str:
        """Over all there is; Rasa's own goes through every container."""
        content = repr((sorted(self.data.items()), self.features)).encode()
        return hashlib.md5(content, usedforsecurity=False).hexdigest()

    def __deepcopy__(self, memo: dict[int, Any]) -> WrittenMessage:
        """Rasa copies all messages whenever it merges; the values in them never change."""
        properties = set(self.output_properties)
        return type(self)(self.data, properties, self.time, list(self.features))


class Messages(RasaFileImporter):
    """Rasa's importer, but messages and domain are read once and the messages in their one form."""

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: Sequence[str] | str | None = None,
    ) -> None:
        given = (
            [training_data_paths] if isinstance(training_data_paths, str) else training_data_paths
        )
        files = _files(given or ())
        self.config_file = config_file
        self._domain_path = domain_path
        self._nlu_files = [str(path) for path in files if _begins(path, "nlu:")]
        self._story_files = [str(path) for path in files if _begins(path, "rules:", "stories:")]
        self._conversation_test_files: list[str] = []

        self._domain: Domain | None = None
        self._messages: TrainingData | None = None

    @override
    def get_domain(self) -> Domain:
        """The domain."""
        self._domain = self._domain or super().get_domain()
        return self._domain

    @override
    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """Every message, whatever its language."""
        if self._messages is None:
            found = [line for path in self._nlu_files for line in lines(Path(path))]
            self._messages = TrainingData([WrittenMessage.of(line) for line in found])
        return self._messages


def _files(places: Sequence[str]) -> list[Path]:
    """The YAML files there, in a fixed order."""
    found = {
        file.resolve()
        for place in map(Path, places)
        for file in (place.rglob("*") if place.is_dir() else [place])
    }
    return sorted(path for path in found if path.suffix in {".yml", ".yaml"})


def _begins(path: Path, *keys: str) -> bool:
    """Whether one of these keys stands on the file's first level."""
    with path.open(encoding="utf-8") as file:
        return any(line.startswith(keys) for line in file)
