"""A trained component of Rasa's graph that keeps what it learned in one file.

Invariants: a component is untrained until it is trained or loaded, and says so when it is asked; what it learned is one
object, and `load` gives what `store` wrote.
"""

from __future__ import annotations

from typing import Any, ClassVar, Generic, TypeVar

import joblib
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from typing_extensions import Self

Known = TypeVar("Known")


class Stored(GraphComponent, Generic[Known]):
    """The frame of such a component. Subclasses name the `FILE`, train, and make what was read `ready`."""

    FILE: ClassVar[str]

    def __init__(
        self,
        config: dict[str, Any],
        storage: ModelStorage,
        resource: Resource,
        *,
        known: Known | None = None,
    ) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._learned = known

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Self:
        """An untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Self:
        """A trained component."""
        with model_storage.read_from(resource) as folder:
            known: Known = joblib.load(folder / cls.FILE)
        return cls(config, model_storage, resource, known=cls.ready(known, config))

    @classmethod
    def ready(cls, known: Known, config: dict[str, Any]) -> Known:
        """What was read from disk, made ready for use."""
        return known

    @property
    def _known(self) -> Known:
        if self._learned is None:
            raise RuntimeError(f"{type(self).__name__} is not trained.")
        return self._learned

    def _store(self, stored: Known) -> None:
        """Write what was learned, in the form it has on disk."""
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(stored, folder / self.FILE, compress=3)
