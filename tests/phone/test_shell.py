"""How the app's files are served: small, named by their content, nothing from elsewhere."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from auditapi.phone import routes
from auditapi.phone.shell import LANGUAGES, STATIC, STYLES, build, first_modules, read_static, shell


@pytest.fixture
def client() -> Iterator[FlaskClient]:
    app = Flask(__name__, static_folder=None)
    routes.init_app(app)
    with app.test_client() as made:
        yield made


def test_the_first_load_is_small() -> None:
    files = shell().files
    for language in LANGUAGES:
        modules = [*first_modules(files), f"words/{language}.js"]
        names = [*modules, *STYLES, "icons/icon.svg", "manifest.webmanifest"]
        size = sum(len(files[name].packed or files[name].body) for name in names)
        assert len(modules) <= 25
        assert size + len(shell().page(language).packed or b"") <= 100_000


def test_every_module_of_the_first_load_is_preloaded(client: FlaskClient) -> None:
    page = client.get("/app/").text
    preloaded = re.findall(r'modulepreload" href="/app/v/[0-9a-f]+/([^"]+)"', page)
    assert preloaded == [*first_modules(shell().files), "words/en.js"]


def test_the_page_preloads_the_words_of_the_phones_language(client: FlaskClient) -> None:
    page = client.get("/app/", headers={"Accept-Language": "zh-Hant-TW,zh-Hant;q=0.9"})
    assert "words/zh-Hant.js" in page.text
    assert "Accept-Language" in page.headers["Vary"]


def test_what_is_served_names_no_other_host() -> None:
    allowed = ("http://www.w3.org/2000/svg",)
    for name, file in shell().files.items():
        if name.startswith("vendor/") or not file.content_type.startswith("text/"):
            continue
        found = re.findall(rb"https?://[^\s\"'`)]+", file.body)
        assert [one for one in found if one.decode() not in allowed] == [], name


def test_only_the_apps_own_scripts_may_run(client: FlaskClient) -> None:
    policy = client.get("/app/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_the_page_asks_first_and_its_files_are_kept_for_ever(client: FlaskClient) -> None:
    page = client.get("/app/")
    assert page.headers["Cache-Control"] == "no-cache"
    again = client.get("/app/", headers={"If-None-Match": page.headers["ETag"]})
    assert again.status_code == 304
    main = client.get(f"/app/v/{shell().version}/main.js")
    assert "immutable" in main.headers["Cache-Control"]


def test_packed_and_plain_bytes_have_tags_of_their_own(client: FlaskClient) -> None:
    address = f"/app/v/{shell().version}/sync.js"
    plain = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert "Accept-Encoding" in packed.headers["Vary"]


@pytest.mark.parametrize(
    "address",
    [
        "/app/v/0000000000000000/main.js",
        "/app/v/{}/types.d.ts",
        "/app/v/{}/vendor/vendor.json",
        "/app/v/{}/../routes.py",
        "/app/icons/main.js",
    ],
)
def test_nothing_else_is_handed_out(client: FlaskClient, address: str) -> None:
    assert client.get(address.format(shell().version)).status_code == 404


def test_the_worker_keeps_every_file_and_rules_over_the_app_only(client: FlaskClient) -> None:
    answer = client.get("/app/sw.js")
    assert answer.headers["Service-Worker-Allowed"] == "/app/"
    assert answer.headers["Cache-Control"] == "no-cache"
    first, _, rest = answer.text.partition("\n")
    kept = json.loads(first.removeprefix("const SHELL = ").removesuffix(";"))
    assert kept["version"] == shell().version
    for path in STATIC.rglob("*.js"):
        name = path.relative_to(STATIC).as_posix()
        assert (f"/app/v/{shell().version}/{name}" in kept["files"]) is (name != "sw.js")
    assert all(client.get(address).status_code == 200 for address in kept["files"])
    assert "self.addEventListener" in rest


def test_any_change_of_any_file_is_a_new_version() -> None:
    contents = dict(read_static())
    contents["words/ko.js"] += b"\n"
    assert build(contents).version != shell().version


def test_the_address_without_its_slash_leads_to_the_app(client: FlaskClient) -> None:
    assert client.get("/app").headers["Location"] == "/app/"
