"""What the phone's own code writes by «save unsent audits to a file», the server takes in."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.factories.assignments import assign
from tests.factories.chain import Chain
from tests.factories.visits import GOOD, fresh_jpeg, publish

HERE = Path(__file__).parent
pytestmark = pytest.mark.database


def written_by_the_phone(chain: Chain, *pictures: bytes) -> bytes:
    version = publish(chain)
    assignment = assign(chain, version)
    content = {
        "assignment_id": str(assignment.id),
        "store_id": str(chain.stores["N1"].id),
        "checklist": {"key": version.key, "version": version.number, "sha256": version.sha256},
        "started_at": assignment.not_before.isoformat(timespec="seconds"),
        "answers": GOOD,
    }
    given: dict[str, Any] = {
        "sealed": content,
        "begunWork": content | {"memo": "상자가 넘어졌다"},
        "pictures": [base64.b64encode(picture).decode() for picture in pictures],
    }
    return subprocess.run(
        ["node", str(HERE / "unsent_file.mjs"), str(chain.cleo.id)],
        input=json.dumps(given).encode(),
        stdout=subprocess.PIPE,
        check=True,
    ).stdout


def test_a_file_that_a_phone_saved_is_taken_in_whole(client: FlaskClient, chain: Chain) -> None:
    file = written_by_the_phone(chain, fresh_jpeg(), fresh_jpeg())
    headers = {**chain.as_("ada"), "Content-Type": "application/jsonl"}
    told = client.post("/api/v1/import", data=file, headers=headers).get_json()
    assert told["unreadable"] == []
    assert told["photos"] == {"new": 2, "known": 0, "refused": []}
    [audit], [draft] = told["audits"], told["drafts"]
    assert (audit["result"], audit["status"]["delivery"]) == ("new", "delivered")
    assert draft["problem"] is None
    kept = client.get(f"/api/v1/drafts/{draft['id']}", headers=chain.as_("cleo")).get_json()
    assert kept["memo"] == "상자가 넘어졌다"
    assert kept["id"] == draft["id"]
