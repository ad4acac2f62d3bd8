"""A server for the phone app alone: speaks docs/protocol.md from memory, and misbehaves when a
test says so. It serves the real app, so that what is tested is what auditors get."""

from __future__ import annotations

import gzip
import hashlib
import json
import secrets
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.serving import WSGIRequestHandler, make_server

from auditapi.checklists import document
from auditapi.phone import routes

CHECKLISTS = Path(__file__).parents[2] / "checklists"
#: What goes wrong with a request: "portal", "down", or a refusal such as "413 too-large".
Fault = Callable[[str, str], str | None]


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass
class Memory:
    """What the server knows, and how it behaves."""

    work: dict[str, Any] = field(default_factory=dict)
    checklists: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    audits: dict[str, list[bytes]] = field(default_factory=dict)
    complete: list[str] = field(default_factory=list)
    photos: dict[str, bytes] = field(default_factory=dict)
    pieces: dict[str, bytes] = field(default_factory=dict)
    drafts: dict[str, bytes] = field(default_factory=dict)
    posts: dict[str, tuple[str, Any]] = field(default_factory=dict)
    tokens: dict[str, dict[str, Any]] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    fault: Fault = lambda _method, _path: None
    reasons: list[dict[str, str]] = field(default_factory=list)
    reads_photos: bool = True
    details: dict[str, dict[str, Any]] = field(default_factory=dict)

    def latest(self, audit: str) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads(self.audits[audit][-1])
        return loaded


def problem(status: int, slug: str, **headers: str) -> Response:
    body = {"type": f"/problems/{slug}", "title": slug, "status": status}
    response = Response(json.dumps(body), status, content_type="application/problem+json")
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = value
    return response


def _person() -> dict[str, Any] | None:
    memory: Memory = _memory()
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return memory.tokens.get(token)


def _memory() -> Memory:
    from flask import current_app

    memory: Memory = current_app.extensions["memory"]
    return memory


def _before() -> Response | None:
    memory = _memory()
    memory.requests.append((request.method, request.path))
    match memory.fault(request.method, request.path):
        case "portal":
            return Response("<html><h1>Free Wi-Fi!</h1></html>", 200, content_type="text/html")
        case "down":
            return Response("<h1>Bad gateway</h1>", 502, content_type="text/html")
        case str(refusal):
            status, slug = refusal.split()
            return problem(int(status), slug)
    open_to_all = not request.path.startswith("/api/") or request.path.startswith(
        "/api/v1/sessions"
    )
    if not open_to_all and _person() is None:
        return problem(401, "unauthenticated")
    return None


def sign_in() -> Response | tuple[Response, int]:
    given = request.get_json()
    memory = _memory()
    email = memory.codes.get(given["code"]) if "code" in given else given["email"]
    person = memory.people.get(email or "")
    if person is None or ("code" not in given and given["password"] != "correct horse"):
        return problem(401, "wrong-credentials")
    token = secrets.token_hex(16)
    memory.tokens[token] = person
    shown = {"token": token, "expires_at": "2099-01-01T00:00:00Z", "person": person}
    return jsonify(shown), 201


def sync() -> Response:
    memory = _memory()
    etag = digest(json.dumps(memory.work, sort_keys=True).encode())
    if request.if_none_match.contains(etag):
        return Response(status=304)
    now = datetime.now(UTC).isoformat()
    response = jsonify({"server_time": now, "person": _person(), **memory.work})
    response.set_etag(etag)
    return response


def checklist(key: str, version: int) -> Response:
    return jsonify(_memory().checklists[key, version])


def status_of(audit: str) -> dict[str, Any]:
    memory = _memory()
    latest = memory.latest(audit)
    missing = [
        {"sha256": photo["sha256"], "offset": len(memory.pieces.get(photo["sha256"], b""))}
        for photo in latest["photos"]
        if not photo.get("lost") and photo["sha256"] not in memory.photos
    ]
    sha256 = digest(memory.audits[audit][-1])
    body: dict[str, Any] = {
        "id": audit,
        "delivery": "awaiting_photos" if missing else "delivered",
        "acceptance": "quarantined" if memory.reasons else "accepted",
        "document_sha256": sha256,
        "missing": missing,
        "refused": [],
        "reasons": memory.reasons,
    }
    if not missing:
        state = "stored" if memory.reads_photos else "refused"
        photos = [{"sha256": one["sha256"], "state": state} for one in latest["photos"]]
        if not memory.reads_photos:
            body["refused"] = [{**one, "reason": "not-a-photo"} for one in photos]
        body["receipt"] = {"audit_id": audit, "document_sha256": sha256, "photos": photos}
        if not memory.reasons and audit not in memory.complete:
            memory.complete.append(audit)
    return body


def put_audit(audit: str) -> Response | tuple[Response, int]:
    memory = _memory()
    sent = request.get_data()
    expected = f"sha-256=:{b64encode(hashlib.sha256(sent).digest()).decode()}:"
    if request.headers.get("Content-Digest") != expected:
        return problem(400, "digest-differs")
    packed = request.headers.get("Content-Encoding") == "gzip"
    body = gzip.decompress(sent) if packed else sent
    revisions = memory.audits.get(audit)
    if revisions is None:
        memory.audits[audit] = [body]
    elif body in revisions:
        return jsonify(status_of(audit)), 200
    elif request.if_match.contains(digest(revisions[-1])) and audit not in memory.complete:
        revisions.append(body)
    else:
        return problem(409 if "If-Match" not in request.headers else 412, "audit-exists")
    return jsonify(status_of(audit)), 202 if memory.reasons else 201


def get_audit(audit: str) -> Response:
    return jsonify(status_of(audit)) if audit in _memory().audits else problem(404, "not-found")


def details(audit: str) -> Response:
    found = _memory().details.get(audit)
    return jsonify(found) if found is not None else problem(404, "not-found")


def head_photo(sha256: str) -> Response:
    memory = _memory()
    if sha256 in memory.photos:
        return Response(status=204, headers={"Upload-Complete": "?1"})
    offset = len(memory.pieces.get(sha256, b""))
    headers = {"Upload-Complete": "?0", "Upload-Offset": str(offset)}
    return Response(status=204, headers=headers)


def put_photo(sha256: str) -> Response:
    data = request.get_data()
    if digest(data) != sha256:
        return problem(422, "photo-digest")
    _memory().photos[sha256] = data
    return Response(status=201, headers={"Upload-Complete": "?1"})


def patch_photo(sha256: str) -> Response:
    memory = _memory()
    held = memory.pieces.get(sha256, b"")
    if int(request.headers["Upload-Offset"]) != len(held):
        return problem(409, "upload-offset", Upload_Offset=str(len(held)))
    held += request.get_data()
    memory.pieces[sha256] = held
    if len(held) < int(request.headers["Upload-Length"]):
        headers = {"Upload-Complete": "?0", "Upload-Offset": str(len(held))}
        return Response(status=204, headers=headers)
    memory.photos[sha256] = memory.pieces.pop(sha256)
    return Response(status=201, headers={"Upload-Complete": "?1"})


def drafts() -> Response:
    found = [
        {"id": name, "etag": f'"{digest(body)}"', "saved_at": datetime.now(UTC).isoformat()}
        for name, body in _memory().drafts.items()
    ]
    return jsonify({"drafts": found})


def draft(draft_id: str) -> Response:
    memory = _memory()
    stored = memory.drafts.get(draft_id)
    if request.method == "GET":
        if stored is None:
            return problem(404, "not-found")
        response = Response(stored, content_type="application/json")
        response.set_etag(digest(stored))
        return response
    if request.method == "DELETE":
        memory.drafts.pop(draft_id, None)
        return Response(status=204)
    fresh = stored is None and not request.if_match
    if not fresh and not (stored is not None and request.if_match.contains(digest(stored))):
        etag = f'"{digest(stored)}"' if stored is not None else None
        body = {"type": "/problems/stale", "status": 412, "etag": etag}
        return Response(json.dumps(body), 412, content_type="application/problem+json")
    memory.drafts[draft_id] = request.get_data()
    response = Response(status=204)
    response.set_etag(digest(memory.drafts[draft_id]))
    return response


def act(assignment: str, action: str) -> Response:
    memory = _memory()
    key = request.headers.get("Idempotency-Key")
    if not key:
        return problem(400, "idempotency-key-missing")
    memory.posts.setdefault(key, (f"{assignment}/{action}", request.get_json()))
    return jsonify({"id": assignment})


def create(memory: Memory) -> Flask:
    app = Flask(__name__, static_folder=None)
    app.extensions["memory"] = memory
    app.before_request(_before)
    routes.init_app(app)
    api = "/api/v1"
    app.add_url_rule(f"{api}/sessions", view_func=sign_in, methods=["POST"])
    app.add_url_rule(f"{api}/sessions/by-code", "by_code", sign_in, methods=["POST"])
    app.add_url_rule(
        f"{api}/sessions/current", "out", lambda: Response(status=204), methods=["DELETE"]
    )
    app.add_url_rule(f"{api}/sync", view_func=sync)
    app.add_url_rule(f"{api}/checklists/<key>/versions/<int:version>", view_func=checklist)
    app.add_url_rule(f"{api}/audits/<audit>", view_func=put_audit, methods=["PUT"])
    app.add_url_rule(f"{api}/audits/<audit>", view_func=get_audit, methods=["GET"])
    app.add_url_rule(f"{api}/audits/<audit>/details", view_func=details)
    app.add_url_rule(f"{api}/photos/<sha256>", view_func=head_photo, methods=["HEAD", "GET"])
    app.add_url_rule(f"{api}/photos/<sha256>", view_func=put_photo, methods=["PUT"])
    app.add_url_rule(f"{api}/photos/<sha256>", view_func=patch_photo, methods=["PATCH"])
    app.add_url_rule(f"{api}/drafts", view_func=drafts)
    app.add_url_rule(f"{api}/drafts/<draft_id>", view_func=draft, methods=["GET", "PUT", "DELETE"])
    app.add_url_rule(f"{api}/assignments/<assignment>/<action>", view_func=act, methods=["POST"])
    return app


def shipped(name: str) -> dict[str, Any]:
    """A checklist of the repository, as phones get it."""
    path = CHECKLISTS / f"{name}.yaml"
    return document.as_json(document.read_yaml(path.read_text(encoding="utf-8"), name))


class Quiet(WSGIRequestHandler):
    """A test that fails has more to say than its requests."""

    protocol_version = "HTTP/1.1"

    def log_request(self, *_args: object) -> None:
        return


@contextmanager
def serving(memory: Memory) -> Iterator[str]:
    """Serves until the block is left; gives the address."""
    server = make_server("127.0.0.1", 0, create(memory), threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
