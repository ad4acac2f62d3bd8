"""What the demo has to say: once it is loaded, and again at every later start.

Kept are facts, not words: a later start may answer at another address.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Facts:
    """`people`: role by e-mail, as they sign in. `report`: where a store report was put."""

    organisation: str
    password: str
    people: Mapping[str, str]
    report: str


def of(chain: Mapping[str, Any], report: Path) -> Facts:
    """Those of chain.yaml."""
    people = {email(who): person["role"] for who, person in chain["people"].items()}
    return Facts(chain["organisation"]["slug"], chain["password"], people, str(report))


def email(who: str) -> str:
    """How that person of chain.yaml signs in."""
    return f"{who}@demo.example"


def write(file: Path, facts: Facts) -> None:
    file.write_text(json.dumps(asdict(facts), ensure_ascii=False, indent=1), encoding="utf-8")


def read(file: Path) -> Facts | None:
    """None when there is none, or only half of one: a kill may have cut it short."""
    try:
        return Facts(**json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def text(facts: Facts, url: str) -> str:
    """For the terminal; `url` is where the service answers now."""
    people = "\n".join(
        f"  {address:<22} {role.replace('_', ' ')}" for address, role in facts.people.items()
    )
    there = Path(facts.report).exists()
    return (
        f"\nThe service answers at {url}\n"
        f"  auditors' app  {url}/app\n"
        f"  API to read    {url}/api/docs\n\n"
        f"Sign in to organisation «{facts.organisation}» with password «{facts.password}» as\n"
        f"{people}\n" + (f"\nA fresh store report: {facts.report}\n" if there else "")
    )
