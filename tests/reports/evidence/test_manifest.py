"""Manifests, codes and keys on plain values."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapi.reports.evidence import keys, manifest
from auditapi.reports.evidence.manifest import Manifest

SECRET = "a secret of the installation, long enough"


def made(**changes: Any) -> Manifest:
    values: dict[str, Any] = {
        "organisation": "0190-org",
        "audit": "0190-audit",
        "revision": 1,
        "store": "서울-014",
        "kind": "announced_audit",
        "visited_on": "2026-11-20",
        "received_at": "2026-11-20T03:04:05+00:00",
        "document": "a" * 64,
        "checklist": {"key": "service-standard", "version": 1, "sha256": "b" * 64},
        "score": "c" * 64,
        "percentage": "87.5",
        "outcome": "pass",
        "band": "B",
        "photos": [{"sha256": "d" * 64, "audience": "store"}],
        "changes": "e" * 64,
        "key": "0123456789abcdef",
    }
    return Manifest(**{**values, **changes})


def test_the_same_manifest_is_the_same_bytes_and_reads_back() -> None:
    assert manifest.as_bytes(made()) == manifest.as_bytes(made())
    assert manifest.read(manifest.as_bytes(made())) == made()


def test_its_bytes_are_json_with_sorted_keys_and_no_spaces() -> None:
    body = manifest.as_bytes(made()).decode()
    assert body.startswith('{"audit":"0190-audit","band":"B","changes":"eee')
    assert '"store":"서울-014"' in body


@pytest.mark.parametrize("field", [f.name for f in dataclasses.fields(Manifest)])
def test_no_field_can_change_without_changing_the_bytes(field: str) -> None:
    changed = made(**{field: "something else"})
    assert manifest.as_bytes(changed) != manifest.as_bytes(made())


@pytest.mark.parametrize("part", ["document", "score", "changes", "kind", "visited_on"])
def test_what_was_changed_since_is_named(part: str) -> None:
    assert manifest.differences(made(), made(**{part: "f" * 64})) == [part]


def test_a_photo_that_was_exchanged_or_left_out_is_noticed() -> None:
    other = [{"sha256": "0" * 64, "audience": "store"}]
    assert manifest.differences(made(), made(photos=other)) == ["photos"]
    assert manifest.differences(made(), made(photos=[])) == ["photos"]


def test_a_store_that_got_another_code_is_no_forgery() -> None:
    assert manifest.differences(made(), made(store="SEOUL-014")) == []


def test_a_code_has_a_hundred_bits_and_depends_on_the_signature() -> None:
    code = manifest.code_of(b"body", b"signature")
    number = int.from_bytes(hashlib.sha256(b"bodysignature").digest(), "big")
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    read = 0
    for letter in code:
        read = read * 32 + alphabet.index(letter)
    assert (len(code), read) == (20, number >> 156)
    assert manifest.code_of(b"body", b"another") != code


@given(st.binary(), st.sampled_from([" ", "-", "–", ""]))
def test_a_code_is_understood_however_it_is_typed(body: bytes, between: str) -> None:
    code = manifest.code_of(body, b"")
    printed = manifest.printed_code(code)
    assert [len(group) for group in printed.split("-")] == [5, 5, 5, 5]
    misread = printed.replace("-", between).lower().replace("0", "o").replace("1", "l")
    assert manifest.typed_code(f" {misread} ") == code


@pytest.mark.parametrize("text", ["", "7K3M9", "U" * 20, "é" * 20, "7" * 21, "<script>alert(1)"])
def test_what_is_no_code_is_not_taken_for_one(text: str) -> None:
    assert manifest.typed_code(text) is None


def test_a_signature_holds_for_its_bytes_and_its_key_only() -> None:
    (private, public), (_, other) = keys.new_key(), keys.new_key()
    signature = keys.sign(private, b"body")
    assert keys.holds(public, b"body", signature)
    assert not keys.holds(public, b"bodY", signature)
    assert not keys.holds(other, b"body", signature)
    assert not keys.holds(public, b"body", signature[:-1] + bytes([signature[-1] ^ 1]))


def test_a_sealed_key_opens_with_the_same_secret_and_organisation_only() -> None:
    (private, public), chain = keys.new_key(), uuid4()
    sealed = keys.seal(private, public, chain, SECRET)
    assert private not in sealed
    assert keys.unseal(sealed, public, chain, SECRET) == private
    for other in ((sealed, public, chain, SECRET + "!"), (sealed, public, uuid4(), SECRET)):
        with pytest.raises(keys.SealBroken):
            keys.unseal(*other)


def test_a_sealed_key_cannot_be_put_beside_another_public_key() -> None:
    private, public = keys.new_key()
    chain = uuid4()
    sealed = keys.seal(private, public, chain, SECRET)
    with pytest.raises(keys.SealBroken):
        keys.unseal(sealed, keys.new_key()[1], chain, SECRET)
