"""Headers of requests and answers as the contract describes them: each named once."""

from __future__ import annotations

from typing import Any

ETAG_EXAMPLE = '"4f8a2b7c1d9e0f3a5b6c7d8e9fa0b1c2d3e4f5061728394a5b6c7d8e9fa0b1c2"'


def _request(
    name: str, description: str, example: str, *, required: bool = False, **schema: Any
) -> dict[str, Any]:
    return {
        "in": "header",
        "name": name,
        "description": description,
        "required": required,
        "schema": {"type": "string", **schema},
        "example": example,
    }


IF_MATCH = _request(
    "If-Match", "The ETag of what this replaces; a weak one never matches.", ETAG_EXAMPLE
)
IF_MATCH_REQUIRED = {**IF_MATCH, "required": True}
IF_NONE_MATCH_ANY = _request("If-None-Match", "`*`: there must be none yet.", "*", enum=["*"])
IF_NONE_MATCH = _request("If-None-Match", "The ETag of what is there already.", ETAG_EXAMPLE)
RANGE = _request("Range", "One part of the bytes.", "bytes=0-65535")
CONTENT_DIGEST = _request(
    "Content-Digest",
    "RFC 9530, over the bytes as sent; of its digests only sha-256 is looked at. 400 when it can't "
    "be read.",
    "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:",
)
CONTENT_ENCODING = _request(
    "Content-Encoding", "Whether the body is packed.", "gzip", enum=["gzip", "identity"]
)
IDEMPOTENCY_KEY = _request(
    "Idempotency-Key",
    "A fresh UUID for each thing that is wanted done; the same one with every repeat. Kept 48 h.",
    "0192a9c4-7c1e-7b3a-9d53-0c8a4e7f2b11",
    required=True,
    minLength=1,
    maxLength=100,
)
UPLOAD_OFFSET = _request(
    "Upload-Offset",
    "How many bytes of the photo come before this piece.",
    "262144",
    required=True,
    pattern="^[0-9]+$",
)
UPLOAD_LENGTH = _request(
    "Upload-Length",
    "How many bytes the whole photo has.",
    "312345",
    required=True,
    pattern="^[0-9]+$",
)
UPLOAD_COMPLETE = _request(
    "Upload-Complete", "`?1` with the last piece.", "?0", required=True, enum=["?0", "?1"]
)


def answers(**described: str) -> dict[str, dict[str, Any]]:
    """Headers of an answer: `answers(ETag="…", Upload_Offset="…")`."""
    return {
        name.replace("_", "-"): {"description": text, "schema": {"type": "string"}}
        for name, text in described.items()
    }
