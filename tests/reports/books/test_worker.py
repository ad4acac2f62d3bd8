"""A book from the queue to its file by a real worker, on what is committed."""

from __future__ import annotations

import io
import time

import pypdf
import pytest
from flask import Flask

from auditapi.core import db
from auditapi.core.settings import Settings
from auditapi.reports.books import jobs as books
from tests.factories.chain import make_chain
from tests.factories.reports import complete
from tests.factories.visits import publish
from tests.factories.worker import work_off

pytestmark = pytest.mark.database


def test_the_worker_renders_the_reports_and_then_writes_the_book(
    app: Flask,
    own_queue: None,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(books, "LOOK_AGAIN", 1)
    chain, client = make_chain(), app.test_client()
    version = publish(chain)
    for store in ("N1", "N2", "H1"):
        complete(client, chain, version, store=store)
    today = str(db.now().date())
    wanted = {
        "region_id": str(chain.regions["north"].id),
        "visited_from": "2026-01-01",
        "visited_until": f"{int(today[:4]) + 1}{today[4:7]}-28",
        "form": "pdf",
        "language": "ko",
    }
    asked = client.post("/api/v1/books", json=wanted, headers=chain.posting_as("ben"))
    path = f"/api/v1/books/{asked.get_json()['id']}"
    for _ in range(60):
        work_off(settings)
        told = client.get(path, headers=chain.as_("ben")).get_json()
        if told["state"] != "waiting":
            break
        time.sleep(0.25)
    assert (told["state"], told["done"], told["missing"]) == ("ready", 3, 0)
    part = client.get(f"{path}/file", headers=chain.as_("ben") | {"Range": "bytes=0-7"})
    assert (part.status_code, part.data) == (206, b"%PDF-1.7")
    file = client.get(f"{path}/file", headers=chain.as_("ben"))
    assert len(pypdf.PdfReader(io.BytesIO(file.data)).pages) > 3
