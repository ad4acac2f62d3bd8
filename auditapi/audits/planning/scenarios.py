"""The mystery shopper's scenarios as data, in every language of the product (pure).

The words are in scenarios.yaml; retail people edit them there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from auditapi.audits.states import Scenario

SOURCE = Path(__file__).with_name("scenarios.yaml")
Words = Mapping[str, str]


@dataclass(frozen=True)
class Script:
    """How a scenario shows itself, and the behaviours of staff that are counted."""

    key: str
    how_it_shows: Words
    behaviours: tuple[Words, ...]


@cache
def scripts() -> Mapping[Scenario, Script]:
    """Every scenario's script."""
    written = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    return {
        Scenario(key): Script(key, script["how_it_shows"], tuple(script["behaviours"]))
        for key, script in written.items()
    }


def script_of(scenario: Scenario | None) -> Script | None:
    return scripts()[scenario] if scenario else None
