"""The contract itself: up to date, whole, readable without the internet."""

from __future__ import annotations

import html
import json
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from flask import Flask

from auditapi.core import docs
from auditapi.core.example_values import NO_VALUE
from tests.contract import who_may

FILE = Path(__file__).parents[2] / "docs" / "openapi.json"
REFERENCE = "#/components/"
Spec = dict[str, Any]


@pytest.fixture(scope="module")
def spec(app: Flask) -> Spec:
    with app.app_context(), warnings.catch_warnings():
        warnings.simplefilter("error")
        written: Spec = json.loads(json.dumps(docs.api_spec()))
    return written


def operations(spec: Spec) -> Iterator[tuple[str, Spec]]:
    """Each with its name, such as `GET /stores/{store_id}`."""
    for path, methods in spec["paths"].items():
        for method, operation in methods.items():
            if method != "parameters":
                yield f"{method.upper()} {path.removeprefix('/api/v1')}", operation


def without(spec: Spec, fits: Any) -> list[str]:
    """The operations that `fits` refuses."""
    return [name for name, operation in operations(spec) if not fits(operation)]


def headers_of(operation: Spec) -> set[str]:
    return {one["name"] for one in operation.get("parameters", ()) if one["in"] == "header"}


def json_bodies(spec: Spec) -> Iterator[tuple[str, Spec]]:
    for name, operation in operations(spec):
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" in content:
            yield name, content["application/json"]


def test_the_committed_file_is_what_the_code_says(spec: Spec) -> None:
    assert json.loads(FILE.read_text(encoding="utf-8")) == spec, "run `make openapi`"


def test_every_route_is_in_it(app: Flask, spec: Spec) -> None:
    assert {name for name, _ in operations(spec)} == set(who_may.operations(app))


def test_it_is_openapi_3_1_and_every_reference_leads_somewhere(spec: Spec) -> None:
    assert spec["openapi"] == "3.1.0"
    named = re.findall(rf'"{REFERENCE}(\w+)/([^"]+)"', json.dumps(spec))
    assert len(set(named)) > 100
    assert [one for one in named if one[1] not in spec["components"][one[0]]] == []


def test_no_shape_is_numbered_because_its_name_was_taken(spec: Spec) -> None:
    assert [name for name in spec["components"]["schemas"] if re.search(r"\d$", name)] == []


def test_every_operation_says_in_a_sentence_what_it_does(spec: Spec) -> None:
    sentence = re.compile(r"[A-Z].* .*\.", re.S)
    assert without(spec, lambda one: sentence.fullmatch(one.get("summary", ""))) == []


def test_who_must_sign_in_is_said_and_what_happens_if_not(spec: Spec) -> None:
    public = {name for name, one in operations(spec) if not one["security"]}
    assert public == who_may.PUBLIC
    guarded = {name for name, one in operations(spec) if {"401", "403"} <= set(one["responses"])}
    assert guarded == set(who_may.WHO_MAY)


def test_every_refusal_is_a_problem(spec: Spec) -> None:
    refusals = {
        status: answer
        for _, operation in operations(spec)
        for status, answer in operation["responses"].items()
        if int(status) >= 400
    }
    assert len(refusals) >= 12
    for status, answer in refusals.items():
        shared = spec["components"]["responses"][answer["$ref"].rpartition("/")[2]]
        assert set(shared["content"]) == {"application/problem+json"}, status


@pytest.mark.parametrize("status", ["500", "503"])
def test_every_operation_may_fail_for_a_while(spec: Spec, status: str) -> None:
    assert without(spec, lambda one: status in one["responses"]) == []


def test_every_operation_with_a_body_may_refuse_it(spec: Spec) -> None:
    with_body = [one for _, one in operations(spec) if "requestBody" in one]
    assert len(with_body) > 30
    assert [one for one in with_body if not {"400", "413"} <= set(one["responses"])] == []


def test_a_post_with_an_effect_needs_its_key(spec: Spec) -> None:
    posts = {name: one for name, one in operations(spec) if name.startswith("POST ")}
    without_key = {name for name, one in posts.items() if "Idempotency-Key" not in headers_of(one)}
    assert without_key == {
        # These hand out secrets, which are not kept for a repeat.
        "POST /sessions",
        "POST /sessions/by-code",
        "POST /people/{person_id}/sign-in-code",
        # This has no effect.
        "POST /checklists/preview",
        # Everything in it is named by its content.
        "POST /import",
    }


@pytest.mark.parametrize(
    ("name", "headers"),
    [
        ("PUT /audits/{audit_id}", {"If-Match", "Content-Digest", "Content-Encoding"}),
        ("PUT /photos/{sha256}", {"Content-Digest"}),
        (
            "PATCH /photos/{sha256}",
            {"Upload-Offset", "Upload-Length", "Upload-Complete", "Content-Digest"},
        ),
        ("PUT /drafts/{draft_id}", {"If-Match", "If-None-Match", "Content-Digest"}),
        ("DELETE /drafts/{draft_id}", {"If-Match"}),
        ("GET /sync", {"If-None-Match"}),
        ("GET /audits/{audit_id}/report.pdf", {"If-None-Match", "Range"}),
    ],
)
def test_the_headers_that_matter_are_described(spec: Spec, name: str, headers: set[str]) -> None:
    operation = dict(operations(spec))[name]
    assert headers_of(operation) == headers
    described = [one for one in operation["parameters"] if one["in"] == "header"]
    assert all(one["description"] and one["example"] for one in described)


def test_every_json_body_has_an_example_that_fits_its_shape(spec: Spec) -> None:
    bodies = dict(json_bodies(spec))
    assert len(bodies) > 25
    bare = [name for name, body in bodies.items() if "example" not in body]
    assert bare == [], "give their schemas an EXAMPLE"
    for name, body in bodies.items():
        whole = {**body["schema"], "components": spec["components"]}
        checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
        faults = list(
            jsonschema.Draft202012Validator(whole, format_checker=checker).iter_errors(
                body["example"]
            )
        )
        assert faults == [], name


def faults(spec: Spec, shape: Spec, example: Any) -> list[str]:
    whole = {**shape, "components": spec["components"]}
    checker = jsonschema.Draft202012Validator(
        whole, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    return [f"{list(fault.path)}: {fault.message}" for fault in checker.iter_errors(example)]


def texts(value: Any) -> Iterator[str]:
    """All text in an example."""
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from texts(inner)
    elif isinstance(value, str):
        yield value


def test_every_answer_in_json_has_an_example_that_fits_its_shape(spec: Spec) -> None:
    answers = {
        f"{name} {status}": answer["content"]["application/json"]
        for name, operation in operations(spec)
        for status, answer in operation["responses"].items()
        if "application/json" in answer.get("content", {})
    }
    assert len(answers) > 75
    assert [name for name, one in answers.items() if not {"schema", "example"} <= set(one)] == []
    wrong = {name: faults(spec, one["schema"], one["example"]) for name, one in answers.items()}
    assert {name: found for name, found in wrong.items() if found} == {}
    bare = [name for name, one in answers.items() if NO_VALUE in texts(one["example"])]
    assert bare == [], "give the field an example, or its name one in core/example_values.py"


def test_every_answer_but_the_empty_ones_says_what_is_in_it(spec: Spec) -> None:
    told = {
        f"{name} {status}": answer
        for name, operation in operations(spec)
        for status, answer in operation["responses"].items()
        if status.startswith("2") and "content" not in answer
    }
    # Nothing, or for PUT and PATCH of photos nothing but headers.
    assert {name for name in told if not name.endswith(" 204")} == {
        "PUT /photos/{sha256} 201",
        "PATCH /photos/{sha256} 201",
    }


def test_every_parameter_has_an_example_that_fits_its_shape(spec: Spec) -> None:
    given = [
        (f"{path} {one['name']}", one)
        for path, item in spec["paths"].items()
        for told in (item, *(item[method] for method in item if method != "parameters"))
        for one in told.get("parameters", ())
    ]
    assert len(given) > 150
    assert [name for name, one in given if "example" not in one] == []
    wrong = {name: faults(spec, one["schema"], one["example"]) for name, one in given}
    assert {name: found for name, found in wrong.items() if found} == {}
    assert [name for name, one in given if NO_VALUE in texts(one["example"])] == []


def test_in_examples_the_same_thing_has_the_same_id(spec: Spec) -> None:
    def answer(name: str) -> Any:
        told = dict(operations(spec))[name]["responses"]["200"]["content"]["application/json"]
        return told["example"]

    [audit] = answer("GET /audits")["audits"]
    [store] = answer("GET /stores")["stores"]
    assert audit["store"]["id"] == store["id"]
    assert audit["id"] == answer("GET /audits/{audit_id}")["receipt"]["audit_id"]


def test_the_page_tells_of_every_operation_and_loads_nothing_from_elsewhere(
    app: Flask, spec: Spec
) -> None:
    answer = app.test_client().get("/api/docs")
    assert answer.status_code == 200
    page = html.unescape(answer.get_data(as_text=True))
    for path in spec["paths"]:
        assert page.count(path) >= 2
    addresses = re.findall(r"""(?:src|href|action)\s*=\s*["']?([^"'\s>]+)|url\(([^)]*)\)""", page)
    elsewhere = [
        one for pair in addresses for one in pair if one and not re.match("[#/](?!/)", one)
    ]
    assert elsewhere == []
    assert not re.search(r"<(script|iframe|object|embed|link|img)\b|@import", page)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "http" not in policy


def test_the_page_says_each_refusal_in_words_and_leads_to_what_is_in_it(app: Flask) -> None:
    page = html.unescape(app.test_client().get("/api/docs").get_data(as_text=True))
    assert REFERENCE not in re.sub(r"<pre>.*?</pre>", "", page, flags=re.S)
    assert '<a href="#NOT_FOUND">404 Not found</a>' in page
    anchors = set(re.findall(r'href="#([^"]+)"', page))
    assert anchors - set(re.findall(r' id="([^"]+)"', page)) == set()
    told = page.split('id="PRECONDITION_REQUIRED"')[1].split("</details>")[0]
    assert "428 Precondition required" in told
    assert "/problems/precondition-required" in told
    assert 'href="#Problem"' in told
