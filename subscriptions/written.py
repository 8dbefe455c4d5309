"""Reads data that people write as YAML.

Invariant: nothing but plain values comes out, with libyaml and without.
"""

from typing import Any

import yaml

# The reader in C gives the same ten times sooner; where it was not built in, the other one reads.
_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(text: str) -> Any:
    """The content of one YAML document; raises `yaml.YAMLError`."""
    return yaml.load(text, _LOADER)  # noqa: S506 - safe loaders only
