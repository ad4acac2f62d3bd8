"""The service against its own contract: whatever is sent, what comes back is what it says.

Every operation gets made-up requests that fit the contract and some that do not, which have to be
refused, as an administrator and as an auditor.
`CONTRACT_EXAMPLES=200 pytest tests/contract/test_schemathesis.py` looks longer, and elsewhere each
time.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any, cast

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode, checks
from schemathesis.specs.openapi import checks as openapi_checks

from tests.contract.things import make_things
from tests.factories.chain import Chain, token_for

pytestmark = pytest.mark.database
EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "2"))
CHECKS = [
    checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_headers_conformance,
    openapi_checks.response_schema_conformance,
    openapi_checks.negative_data_rejection,
    openapi_checks.unsupported_method,
]
NOT_OURS = (404, 405)
MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]


def _as_it_is(_context: Any, value: Any) -> bytes:
    return bytes(value) if isinstance(value, bytes | bytearray) else str(value).encode()


for media_type in ("application/partial-upload", "application/jsonl"):
    schemathesis.serializer(media_type)(_as_it_is)


@pytest.fixture
def operations(app: Flask, chain: Chain) -> list[Any]:
    found = schemathesis.openapi.from_wsgi("/api/openapi.json", app).get_all_operations()
    return [one.ok() for one in cast("Any", found)]


def probe(operation: Any, mode: GenerationMode, token: str, things: dict[str, object]) -> None:
    """Call an operation with made-up values: right ones at things that are there, wrong ones."""

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize="CONTRACT_EXAMPLES" not in os.environ,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def call(case: Any) -> None:
        if mode is GenerationMode.POSITIVE:
            known = {key: str(things[key]) for key in case.path_parameters if key in things}
            case.path_parameters.update(known)
        answer = case.call(headers={"Authorization": f"Bearer {token}"})
        # A made-up address may be none of ours, or fit another operation's but for the method.
        if mode is GenerationMode.POSITIVE or answer.status_code not in NOT_OURS:
            case.validate_response(answer, checks=CHECKS)

    # Where nothing can be sent, nothing wrong can be sent either.
    with suppress(Unsatisfiable):
        call()


@pytest.mark.parametrize("name", ["ada", "cleo"])
@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.value)
def test_every_answer_is_one_that_the_contract_names(
    chain: Chain, client: FlaskClient, operations: list[Any], name: str, mode: GenerationMode
) -> None:
    things = make_things(chain, client)
    broken: dict[str, BaseException] = {}
    for operation in operations:
        # A token for each: some operations sign their own device out.
        try:
            probe(operation, mode, token_for(chain.people[name]), things)
        except (Exception, BaseExceptionGroup) as error:
            broken[operation.label] = error
    assert len(operations) > 70
    assert not broken, "\n\n".join(f"{label}: {error}" for label, error in broken.items())
