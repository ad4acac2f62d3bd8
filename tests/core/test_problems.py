"""The registry of problems: every one explained, and raised somewhere."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from flask import Flask

from auditapi.core import problems
from auditapi.core.problems import REGISTRY, Kind, Place, Problem

ROOT = Path(__file__).parents[2]
NAMES = {name: kind for name, kind in vars(problems).items() if isinstance(kind, Kind)}


def explained() -> dict[str, tuple[int, str]]:
    """Slug → the status under which docs/problems.md has it, and what it says."""
    text = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")
    found: dict[str, tuple[int, str]] = {}
    for status, section in re.findall(r"^## (\d+)\n(.*?)(?=^## |\Z)", text, re.M | re.S):
        for slug, said in re.findall(r"^### (\S+)\n(.*?)(?=^### |\Z)", section, re.M | re.S):
            found[slug] = (int(status), said.strip())
    return found


@cache
def used() -> set[str]:
    """The names of problems that some code besides the registry speaks of."""
    found = set()
    for path in (ROOT / "auditapi").rglob("*.py"):
        if path != Path(problems.__file__):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                match node:
                    case ast.Name(id=name) | ast.Attribute(attr=name):
                        found.add(name)
    return found


def test_every_problem_is_explained_under_its_status() -> None:
    assert {slug: status for slug, (status, _) in explained().items()} == {
        slug: kind.status for slug, kind in REGISTRY.items()
    }


@pytest.mark.parametrize("slug", sorted(REGISTRY))
def test_an_explanation_says_something(slug: str) -> None:
    _, said = explained()[slug]
    assert len(said.split()) >= 15


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_problem_is_raised_somewhere(name: str) -> None:
    assert name in used()


def test_the_registry_knows_every_problem_by_its_slug() -> None:
    assert {kind.slug: kind for kind in NAMES.values()} == REGISTRY


@pytest.mark.parametrize("kind", REGISTRY.values(), ids=lambda kind: kind.slug)
def test_a_problem_has_a_refusals_status_and_a_name_for_addresses(kind: Kind) -> None:
    assert 400 <= kind.status <= 599
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", kind.slug)


def test_a_problem_tells_all_its_places() -> None:
    places = [Place("json.code", "is taken"), Place("json.name", "is missing")]
    problem = Problem(problems.INVALID, "Two things.", places=places, state="open")
    assert problem.as_json() == {
        "type": "/problems/invalid",
        "title": "Some of the input is not right",
        "status": 422,
        "detail": "Two things.",
        "errors": [
            {"path": "json.code", "message": "is taken"},
            {"path": "json.name", "message": "is missing"},
        ],
        "state": "open",
    }


@pytest.mark.database
def test_the_type_of_a_problem_can_be_looked_up(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/problems/stale").get_json() == {
        "slug": "stale",
        "status": 412,
        "title": "It has changed since you read it",
    }
    assert client.get("/problems/none").status_code == 404
