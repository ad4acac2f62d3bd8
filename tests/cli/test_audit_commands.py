"""`flask audit …`: what it says, and how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.factories.assignments import assign
from tests.factories.chain import Chain
from tests.factories.unsent import about, audit, lines, whole
from tests.factories.visits import Visit, fresh_jpeg, publish, visit

pytestmark = pytest.mark.database


@pytest.fixture
def made(chain: Chain) -> Visit:
    version = publish(chain)
    asked = assign(chain, version)
    return visit(chain, version, fresh_jpeg(), assignment_id=str(asked.id))


def taken(app: Flask, organisation: str, folder: Path, data: bytes) -> Result:
    path = folder / "unsent-audits.jsonl"
    path.write_bytes(data)
    return app.test_cli_runner().invoke(args=["audit", "import", organisation, str(path)])


def test_a_file_is_taken_in_and_the_command_says_how_it_stands(
    app: Flask, chain: Chain, made: Visit, tmp_path: Path
) -> None:
    data = whole(chain.cleo, made)
    first = taken(app, chain.organisation.slug, tmp_path, data)
    assert first.exit_code == 0, first.output
    assert f"{made.id}: new, all photos here" in first.output
    assert "Photos: 1 new, 0 known." in first.output
    again = taken(app, chain.organisation.slug, tmp_path, data)
    assert f"{made.id}: known, all photos here" in again.output


def test_what_is_in_quarantine_is_told_with_its_reasons(
    app: Flask, chain: Chain, made: Visit, tmp_path: Path
) -> None:
    made.document["time_zone"] = "Nowhere/At_all"
    data = lines(about(chain.cleo), audit(made))
    result = taken(app, chain.organisation.slug, tmp_path, data)
    assert f"{made.id}: quarantined, photos missing: 1" in result.output
    assert "time_zone: should be an IANA time zone" in result.output


def test_it_ends_with_1_when_something_was_refused(
    app: Flask, chain: Chain, made: Visit, tmp_path: Path
) -> None:
    data = lines(about(chain.cleo), audit(made, sha256="0" * 64), b"torn")
    result = taken(app, chain.organisation.slug, tmp_path, data)
    assert result.exit_code == 1
    assert f"{made.id}: The bytes are not those" in result.output
    assert "line 3: can't be read" in result.output


@pytest.mark.parametrize(
    ("organisation", "data", "said"),
    [
        ("", b"holiday photos", "no file of unsent audits"),
        ("nowhere", b"", "there is no organisation «nowhere»"),
    ],
)
def test_what_can_t_be_taken_at_all_is_said_in_words(
    app: Flask, chain: Chain, tmp_path: Path, organisation: str, data: bytes, said: str
) -> None:
    result = taken(app, organisation or chain.organisation.slug, tmp_path, data)
    assert result.exit_code == 1
    assert said in result.output


def test_work_of_another_chains_people_is_not_taken(
    app: Flask, chain: Chain, made: Visit, tmp_path: Path
) -> None:
    result = taken(app, chain.other.slug, tmp_path, whole(chain.cleo, made))
    assert result.exit_code == 1
    assert "Nobody here has made these audits." in result.output
