"""`flask organisation|person|store …`: what an installation's keeper types."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient

from auditapi.people.qr import qr_picture
from tests.factories.chain import Chain

pytestmark = pytest.mark.database
NEW_PASSWORD = "a quite new password"


def run(app: Flask, *words: object) -> Result:
    return app.test_cli_runner().invoke(args=[*map(str, words)])


def create(app: Flask, slug: str) -> Result:
    ada = ["--admin-name", "Ada", "--admin-email", "ada@x.example"]
    password = ["--admin-password", NEW_PASSWORD]
    return run(app, "organisation", "create", slug, "--name", "A Chain", *ada, *password)


def sign_in(client: FlaskClient, slug: str, email: str, password: str = NEW_PASSWORD) -> int:
    given = {"organisation": slug, "email": email, "password": password}
    return client.post("/api/v1/sessions", json=given).status_code


def test_a_new_chain_has_an_administrator_who_signs_in(app: Flask, client: FlaskClient) -> None:
    result = create(app, "a-chain-of-its-own")
    assert result.exit_code == 0, result.output
    assert sign_in(client, "a-chain-of-its-own", "ada@x.example") == 201


def test_two_chains_cannot_share_a_name(app: Flask, chain: Chain) -> None:
    result = create(app, chain.organisation.slug)
    assert result.exit_code == 1
    assert result.output == "Error: An organisation of this name exists already.\n"


def test_a_name_that_cannot_be_is_refused_in_words(app: Flask, client: FlaskClient) -> None:
    result = create(app, "A Chain!")
    assert result.exit_code == 1
    assert "small letters, digits and hyphens" in result.output


def test_all_that_is_wrong_with_a_new_chain_is_said_at_once(
    app: Flask, client: FlaskClient
) -> None:
    given = ["--name", " ", "--language", "xx", "--admin-name", "", "--admin-email", "not an email"]
    result = run(app, "organisation", "create", "A Chain!", *given, "--admin-password", "short")
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert lines[0] == "Error: Some of the input is not right."
    assert [line.split(":")[0].strip() for line in lines[1:]] == [
        "SLUG",
        "--name",
        "--language",
        "--admin-name",
        "--admin-email",
        "--admin-password",
    ]


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--name", "", "--name: "),
        ("--name", "n" * 201, "--name: "),
        ("--language", "xx", "--language: Must be one of: en, ko, zh-Hant"),
        ("--admin-name", "", "--admin-name: "),
        ("--admin-email", "not an email", "--admin-email: Not a valid email address."),
        ("--admin-password", "p" * 201, "--admin-password: "),
    ],
)
def test_a_chain_is_not_made_of_what_the_api_would_refuse(
    app: Flask, client: FlaskClient, option: str, value: str, words: str
) -> None:
    good = {
        "--name": "A Chain",
        "--admin-name": "Ada",
        "--admin-email": "ada@x.example",
        "--admin-password": NEW_PASSWORD,
    }
    options = [word for pair in {**good, option: value}.items() for word in pair]
    result = run(app, "organisation", "create", "a-chain-refused", *options)
    assert result.exit_code == 1
    assert words in result.output
    assert len(result.output.splitlines()) == 2
    assert run(app, "organisation", "rotate-key", "a-chain-refused").exit_code == 1


def test_a_password_is_set_and_old_devices_are_signed_out(
    app: Flask, client: FlaskClient, chain: Chain
) -> None:
    headers, slug = chain.as_("cleo"), chain.organisation.slug
    words = ["person", "set-password", slug, "cleo@chain.example", "--password", NEW_PASSWORD]
    assert run(app, *words).exit_code == 0
    assert client.get("/api/v1/me", headers=headers).status_code == 401
    assert sign_in(client, slug, "cleo@chain.example") == 201


@pytest.mark.parametrize(
    ("email", "password", "words"),
    [
        ("nobody@chain.example", NEW_PASSWORD, "has the e-mail nobody@chain.example"),
        ("dan@other.example", NEW_PASSWORD, "has the e-mail dan@other.example"),
        ("cleo@chain.example", "short", "password: at least 10 characters"),
        ("cleo@chain.example", "x" * 201, "password: at most 200 characters"),
        ("cleo@chain.example", "half a \udcff character", "password: must not contain"),
    ],
)
def test_a_password_that_cannot_be_set_is_refused_in_words(
    app: Flask, chain: Chain, email: str, password: str, words: str
) -> None:
    slug = chain.organisation.slug
    result = run(app, "person", "set-password", slug, email, "--password", password)
    assert result.exit_code == 1
    assert words in result.output


def test_with_a_new_password_nothing_of_before_counts(
    app: Flask, client: FlaskClient, chain: Chain
) -> None:
    slug, email = chain.organisation.slug, "cleo@chain.example"
    path = f"/api/v1/people/{chain.cleo.id}/sign-in-code"
    code = client.post(path, headers=chain.as_("ada")).get_json()["code"]
    for _ in range(5):
        assert sign_in(client, slug, email) == 401
    assert sign_in(client, slug, email) == 429
    run(app, "person", "set-password", slug, email, "--password", NEW_PASSWORD)
    assert sign_in(client, slug, email) == 201
    assert client.post("/api/v1/sessions/by-code", json={"code": code}).status_code == 401


def test_the_longest_password_signs_in(app: Flask, client: FlaskClient, chain: Chain) -> None:
    slug, email, longest = chain.organisation.slug, "cleo@chain.example", "x" * 200
    run(app, "person", "set-password", slug, email, "--password", longest)
    assert sign_in(client, slug, email, longest) == 201


def test_somebody_disabled_is_told_of_and_let_in_again(
    app: Flask, client: FlaskClient, chain: Chain
) -> None:
    slug, email = chain.organisation.slug, "cleo@chain.example"
    person = f"/api/v1/people/{chain.cleo.id}"
    client.patch(person, json={"disabled": True}, headers=chain.as_("ada"))
    result = run(app, "person", "set-password", slug, email, "--password", NEW_PASSWORD)
    assert result.exit_code == 0
    assert f"{email} is disabled" in result.output
    assert f"person enable {slug} {email}" in result.output
    assert sign_in(client, slug, email) == 401
    enabled = run(app, "person", "enable", slug, email)
    assert (enabled.exit_code, enabled.output) == (0, f"{email} may sign in again.\n")
    assert sign_in(client, slug, email) == 201
    again = run(app, "person", "enable", slug, email)
    assert (again.exit_code, again.output) == (0, f"{email} was not disabled.\n")
    assert run(app, "person", "enable", slug, "nobody@chain.example").exit_code == 1


def test_stores_are_imported_from_a_file(
    app: Flask, client: FlaskClient, chain: Chain, tmp_path: Path
) -> None:
    store = {"code": "S2", "name": "South Two", "region": "south", "time_zone": "Asia/Seoul"}
    path = tmp_path / "stores.json"
    path.write_text(json.dumps({"stores": [store]}), encoding="utf-8")
    result = run(app, "store", "import", chain.organisation.slug, path)
    assert (result.exit_code, result.output) == (0, "Stores added: 1.\n")
    found = client.get("/api/v1/stores?code=S2", headers=chain.as_("ana")).get_json()
    assert [row["name"] for row in found["stores"]] == ["South Two"]
    again = run(app, "store", "import", chain.organisation.slug, path)
    assert again.exit_code == 1
    assert "json.stores[0].code: is taken" in again.output


def test_a_file_that_is_no_json_is_refused_in_words(
    app: Flask, chain: Chain, tmp_path: Path
) -> None:
    path = tmp_path / "stores.json"
    path.write_text("{", encoding="utf-8")
    result = run(app, "store", "import", chain.organisation.slug, path)
    assert result.exit_code == 1
    assert "is not JSON" in result.output


def test_a_new_key_signs_a_chains_audits_from_now_on(app: Flask, chain: Chain) -> None:
    first = run(app, "organisation", "rotate-key", chain.organisation.slug)
    second = run(app, "organisation", "rotate-key", chain.organisation.slug)
    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    assert "are signed with key" in first.output
    assert first.output != second.output
    assert run(app, "organisation", "rotate-key", "nobody").exit_code == 1


def test_a_code_is_handed_out_as_a_picture_and_signs_in(
    app: Flask, client: FlaskClient, chain: Chain, tmp_path: Path
) -> None:
    file = tmp_path / "cleo.svg"
    words = ["person", "sign-in-code", chain.organisation.slug, "cleo@chain.example"]
    result = run(app, *words, "--picture", file)
    assert result.exit_code == 0, result.output
    address = next(line for line in result.output.splitlines() if "/app/#/code/" in line)
    assert file.read_text(encoding="utf-8") == qr_picture(address)
    code = address.rpartition("/")[2]
    assert client.post("/api/v1/sessions/by-code", json={"code": code}).status_code == 201


def test_nobody_unknown_gets_a_code(app: Flask, chain: Chain) -> None:
    words = ["person", "sign-in-code", chain.organisation.slug, "nobody@chain.example"]
    result = run(app, *words)
    assert result.exit_code == 1
    assert "nobody@chain.example" in result.output
