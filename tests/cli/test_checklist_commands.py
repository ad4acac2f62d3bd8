"""`flask checklist …`: files are checked, compared and published."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from auditapi.checklists.models import ChecklistVersion
from auditapi.core import db
from tests.factories.chain import Chain

pytestmark = pytest.mark.database
SHIPPED = Path(__file__).parents[2] / "checklists"
TILLS = """\
key: tills
languages: [en]
title: {en: Tills}
sections:
  - key: A
    title: {en: Queue}
    weight: 10
    items:
      - {key: A1, kind: yes_no, weight: 3, tag: linear, text: {en: A second till open?}}
"""


def run(app: Flask, *words: object) -> Result:
    return app.test_cli_runner().invoke(args=["checklist", *map(str, words)])


def file(folder: Path, name: str, text: str = TILLS) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def published(chain: Chain) -> list[tuple[str, int]]:
    with db.transaction(chain.organisation.id) as session:
        rows = session.scalars(select(ChecklistVersion).order_by(ChecklistVersion.key))
        return [(row.key, row.number) for row in rows]


def test_what_is_shipped_is_in_order(app: Flask) -> None:
    files = sorted(SHIPPED.glob("*.yaml"))
    result = run(app, "check", *files)
    assert (result.exit_code, result.output) == (0, f"{len(files)} in order.\n")


def test_the_faults_of_all_files_are_told_as_editors_read_them(app: Flask, tmp_path: Path) -> None:
    heavy = file(tmp_path, "heavy.yaml", TILLS.replace("weight: 3", "weight: lots"))
    korean = file(tmp_path, "korean.yaml", TILLS.replace("{en: Queue}", "{ko: 줄}"))
    bytes_only = tmp_path / "bytes.yaml"
    bytes_only.write_bytes(b"\xff")
    result = run(app, "check", heavy, korean, bytes_only, file(tmp_path, "good.yaml"))
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert f"{heavy}:9: sections[0].items[0].weight: must be a number" in lines
    assert f"{korean}:6: sections[0].title.en: is missing: the translation" in lines
    assert f"{bytes_only}:1: is not UTF-8 text" in lines
    assert not any("good.yaml" in line for line in lines)


def test_files_are_published(app: Flask, chain: Chain) -> None:
    files = sorted(SHIPPED.glob("*.yaml"))
    result = run(app, "publish", chain.organisation.slug, *files)
    assert result.exit_code == 0, result.output
    assert published(chain) == [(path.stem, 1) for path in files]


def test_a_moment_may_be_said_from_when_on_it_is_handed_out(
    app: Flask, chain: Chain, tmp_path: Path
) -> None:
    slug, tills = chain.organisation.slug, file(tmp_path, "tills.yaml")
    wrong = run(app, "publish", slug, tills, "--available-from", "soon")
    assert wrong.exit_code == 2
    assert "soon is not a moment" in wrong.output
    right = run(app, "publish", slug, tills, "--available-from", "2030-01-01T06:00+09:00")
    assert right.exit_code == 0
    with db.transaction(chain.organisation.id) as session:
        version = session.scalars(select(ChecklistVersion)).one()
    assert version.available_from.isoformat() == "2029-12-31T21:00:00+00:00"


def test_one_refused_file_keeps_all_others_back(app: Flask, chain: Chain, tmp_path: Path) -> None:
    slug = chain.organisation.slug
    assert run(app, "publish", slug, file(tmp_path, "tills.yaml")).exit_code == 0
    other = file(tmp_path, "other.yaml", TILLS.replace("key: tills", "key: other"))
    turned = TILLS.replace("weight: 3", "good: no, weight: 3")
    result = run(app, "publish", slug, other, file(tmp_path, "turned.yaml", turned))
    assert result.exit_code == 1
    assert "sections[0].items[0].good: must stay yes" in result.output
    assert published(chain) == [("tills", 1)]


def test_the_same_text_is_not_published_twice(app: Flask, chain: Chain, tmp_path: Path) -> None:
    tills = file(tmp_path, "tills.yaml")
    run(app, "publish", chain.organisation.slug, tills)
    result = run(app, "publish", chain.organisation.slug, tills)
    assert (result.exit_code, result.output) == (
        1,
        "Error: This very text is published already.\n",
    )


def test_nothing_is_published_for_a_chain_that_is_not_there(
    app: Flask, chain: Chain, tmp_path: Path
) -> None:
    result = run(app, "publish", "nobody", file(tmp_path, "tills.yaml"))
    assert (result.exit_code, result.output) == (1, "Error: there is no organisation «nobody»\n")


def test_the_difference_of_two_files_is_told_item_by_item(app: Flask, tmp_path: Path) -> None:
    old = file(tmp_path, "old.yaml")
    new = file(tmp_path, "new.yaml", TILLS.replace("weight: 3", "weight: 5"))
    result = run(app, "difference", old, new)
    assert (result.exit_code, result.output) == (0, "item A1: changed weight: 3 → 5\n")


def test_a_difference_that_publishing_would_refuse_says_so(app: Flask, tmp_path: Path) -> None:
    new = file(tmp_path, "new.yaml", TILLS.replace("weight: 3", "good: no, weight: 3"))
    result = run(app, "difference", file(tmp_path, "old.yaml"), new)
    assert result.exit_code == 1
    assert 'item A1: changed good: "yes" → "no"' in result.output
    assert f"{new}: sections[0].items[0].good: must stay yes" in result.output
