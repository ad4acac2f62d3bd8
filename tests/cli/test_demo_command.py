"""`flask demo load` after loads that were killed, and beside other chains."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient

from auditapi.core import db
from auditapi.demo import loading, standing, summary
from auditapi.demo.loading import Demo
from auditapi.demo.phone import GaveUp
from auditapi.demo.visiting import load
from auditapi.people import queries, service
from tests.factories.chain import Chain

pytestmark = pytest.mark.database
CHAIN: dict[str, Any] = load("chain.yaml")
URL = "http://127.0.0.1:8001"


def load_demo(app: Flask, folder: Path, *more: str) -> Result:
    words = ["demo", "load", "--url", URL, "--facts", str(folder / "demo.json"), *more]
    return app.test_cli_runner().invoke(args=words)


@pytest.fixture
def begun(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of organisations that loads began, each of which then broke off."""
    names: list[str] = []

    def break_off(demo: Demo) -> dict[str, str]:
        names.append(demo.slug)
        raise GaveUp("somebody pulled the plug")

    monkeypatch.setattr(loading, "fill", break_off)
    return names


def sign_in(client: FlaskClient, name: str) -> int:
    given = {"organisation": name, "email": "ada@demo.example", "password": CHAIN["password"]}
    return client.post("/api/v1/sessions", json=given).status_code


def made_whole(name: str) -> None:
    standing.finish(name, CHAIN["organisation"]["slug"])


def test_what_a_load_that_broke_off_left_is_closed_by_the_next_one(
    app: Flask, client: FlaskClient, begun: list[str], tmp_path: Path
) -> None:
    first = load_demo(app, tmp_path)
    assert first.exit_code == 1
    assert first.output.endswith("Error: somebody pulled the plug\n")
    given = {"organisation": begun[0], "email": "ada@demo.example", "password": CHAIN["password"]}
    token = client.post("/api/v1/sessions", json=given).get_json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/me", headers=headers).status_code == 200

    load_demo(app, tmp_path)
    assert client.get("/api/v1/me", headers=headers).status_code == 401
    assert [sign_in(client, name) for name in begun] == [401, 201]
    assert not (tmp_path / "demo.json").exists()


def test_what_is_closed_is_not_closed_again(
    app: Flask, client: FlaskClient, begun: list[str], tmp_path: Path
) -> None:
    load_demo(app, tmp_path)
    left_over = standing.look("demo").unfinished
    assert len(left_over) == 1
    standing.close(left_over)
    assert standing.look("demo").unfinished == ()


def test_a_load_killed_when_all_was_done_is_told_again(
    app: Flask, client: FlaskClient, begun: list[str], tmp_path: Path
) -> None:
    made_whole(standing.begin(CHAIN))
    result = load_demo(app, tmp_path, "--only-if-empty")
    assert (result.exit_code, begun) == (0, [])
    assert f"auditors' app  {URL}/app\n" in result.output
    told = summary.read(tmp_path / "demo.json")
    assert told is not None
    assert (told.organisation, told.people["sam@demo.example"]) == ("demo", "store_manager")
    assert "store report" not in result.output  # there is no such file

    (tmp_path / "store-report.pdf").write_bytes(b"%PDF")
    assert f"store report: {tmp_path}/store-report.pdf\n" in load_demo(app, tmp_path).output


def test_beside_other_chains_a_start_loads_no_demo(
    app: Flask, chain: Chain, begun: list[str], tmp_path: Path
) -> None:
    result = load_demo(app, tmp_path, "--only-if-empty")
    assert (result.exit_code, begun) == (0, [])
    assert "There are chains here already" in result.output
    assert load_demo(app, tmp_path).exit_code == 1  # who asks for it gets it
    assert len(begun) == 1


def test_somebodys_own_chain_called_demo_is_left_alone(
    app: Flask, client: FlaskClient, begun: list[str], tmp_path: Path
) -> None:
    ada = {"name": "Ada", "email": "ada@demo.example", "password": CHAIN["password"]}
    with db.transaction():
        service.create_organisation("demo", "Demonstrations", ada)
    with db.transaction():
        service.create_organisation("demo-0123abcd", "Demonstrations", ada)
    result = load_demo(app, tmp_path)
    assert (result.exit_code, begun) == (1, [])
    assert "the organisation «demo» is there already, and no demo" in result.output
    assert [sign_in(client, name) for name in ("demo", "demo-0123abcd")] == [201, 201]


def test_facts_cut_short_by_a_kill_are_no_facts(tmp_path: Path) -> None:
    file = tmp_path / "demo.json"
    summary.write(file, summary.of(CHAIN, tmp_path / "store-report.pdf"))
    whole = file.read_text(encoding="utf-8")
    assert summary.read(file) is not None
    for cut in ("", whole[:40], json.dumps({"organisation": "demo"})):
        file.write_text(cut, encoding="utf-8")
        assert summary.read(file) is None


def test_each_start_names_its_own_address(tmp_path: Path) -> None:
    told = summary.of(CHAIN, tmp_path / "store-report.pdf")
    for url in ("http://127.0.0.1:8000", "http://[::1]:8001"):
        text = summary.text(told, url)
        assert f"The service answers at {url}\n" in text
        assert f"  API to read    {url}/api/docs\n" in text
        assert text.count("http://") == 3


def test_closing_one_chain_leaves_the_others_open(client: FlaskClient, chain: Chain) -> None:
    with db.transaction(chain.other.id):
        service.close_organisation()
        dan = queries.person_by_email("dan@other.example")
    assert dan is not None
    assert dan.disabled_at is not None
    assert client.get("/api/v1/me", headers=chain.as_("ada")).status_code == 200
