"""What of an audit each view may show, on plain values. Only what is named here gets through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from auditapi.audits.audience import (
    COVERT_KINDS,
    View,
    answer_for_store,
    is_news,
    part_of_day,
    reason_for_store,
    score_for_store,
    signed_names,
)
from auditapi.audits.names import NameHider

Told = dict[str, Any]

_FOR_ALL = ("id", "store", "kind", "checklist", "visited_on", "release", "revision", "photo_counts")
_RESULT = ("outcome", "percentage", "band", "coverage")
_WAY = (
    "delivery",
    "acceptance",
    "started_at",
    "finished_at",
    "visited_from",
    "visited_until",
    "hours_to_write_up",
    "written_up_late",
    "received_at",
    "returned_until",
    "review_note",
)
_OF_HEAD_OFFICE = ("alias", "auditor", "assignment_id", "released_at", "completed_at", "open_flags")
_ROWS: Mapping[View, tuple[str, ...]] = {
    View.HEAD_OFFICE: (*_FOR_ALL, *_RESULT, *_WAY, *_OF_HEAD_OFFICE),
    View.STORE: (*_FOR_ALL, *_RESULT),
    View.AUDITOR: (*_FOR_ALL, *_WAY, "assignment_id"),
}
_DETAILS: Mapping[View, tuple[str, ...]] = {
    View.AUDITOR: (
        *_ROWS[View.AUDITOR],
        "language",
        "sealed_at",
        "document_sha256",
        "reasons",
        "memo",
    ),
    View.STORE: _ROWS[View.STORE],
}
_PHOTO_FOR_STORE = ("position", "item", "sha256", "state", "erased")
_SIZE = ("width", "height")


def row_for(view: View, row: Mapping[str, Any]) -> Told:
    """One line of a list, of what there is to tell of an audit (see `telling.summaries`)."""
    told: Told = {"view": view, **_only(row, _ROWS[view])}
    if view is View.STORE:
        told |= {"auditor": {"code": row["auditor"]["code"]}, "daypart": _daypart(row)}
    return told


def details_for(view: View, full: Mapping[str, Any], public: frozenset[str]) -> Told:
    """One audit whole. `public` are the keys of the items that a store may see."""
    if view is View.HEAD_OFFICE:
        return {"view": view, **{name: full[name] for name in full if name != "managers"}}
    if view is View.STORE:
        return _for_store(full, public)
    return {
        "view": view,
        **_only(full, _DETAILS[view]),
        "answers": full["answers"],
        "photos": full["photos"],
        "revisions": [{**revision, "author": None} for revision in full["revisions"]],
    }


def _for_store(full: Mapping[str, Any], public: frozenset[str]) -> Told:
    hide = NameHider(_people(full), signed=_signers(full))
    covert = full["kind"] is not None and full["kind"].value in COVERT_KINDS
    answers = {
        entry["item"]: answer_for_store(entry["answer"], hide, covert=covert)
        for entry in full["answers"]
        if entry["item"] in public
    }
    return {
        **row_for(View.STORE, full),
        "answers": [{"item": item, "answer": answer} for item, answer in answers.items()],
        "score": score_for_store(full["score"], public, answers),
        "photos": [
            _photo_for_store(photo, hide)
            for photo in full["photos"]
            if photo["item"] is None or photo["item"] in public
        ],
        "revisions": list(_revisions_for_store(full, public, hide, covert=covert)),
    }


def _photo_for_store(photo: Mapping[str, Any], hide: NameHider) -> Told:
    return {
        **_only(photo, (*_PHOTO_FOR_STORE, *_SIZE)),
        **{side: _through_us(photo[side]) for side in ("print", "thumbnail")},
        "caption": hide(photo["caption"]),
        "marks": [
            {**mark, "text": hide(mark["text"])} if "text" in mark else mark
            for mark in photo["marks"]
        ],
    }


def _through_us(opened: tuple[str, str] | None) -> tuple[str, str, bool] | None:
    """The storage itself would tell, with the picture, when it was made: right after the visit."""
    return None if opened is None else (*opened, False)


def _revisions_for_store(
    full: Mapping[str, Any], public: frozenset[str], hide: NameHider, *, covert: bool
) -> Iterator[Told]:
    """What changed after the release: the store has seen something else before."""
    for revision in full["revisions"]:
        number, made_at = revision["number"], revision["made_at"]
        changed = [change["item"] for change in revision["changes"]]
        if not is_news(
            number=number,
            made_at=made_at,
            released_at=full["released_at"],
            changed=changed,
            public=public,
        ):
            continue
        yield {
            "number": number,
            "made_on": _local(made_at, full).date(),
            "reason": reason_for_store(revision["reason"], changed, hide),
            "changes": [
                {
                    "item": change["item"],
                    "reason": hide(change["reason"]),
                    "answer": answer_for_store(change["answer"], hide, covert=covert),
                    "before": answer_for_store(change["before"], hide, covert=covert),
                }
                for change in revision["changes"]
                if change["item"] in public
            ],
        }


def _people(full: Mapping[str, Any]) -> list[str]:
    authors = (revision["author"] for revision in full["revisions"])
    return [
        full["auditor"]["name"],
        *full["managers"],
        *(author["name"] for author in authors if author),
    ]


def _signers(full: Mapping[str, Any]) -> list[str]:
    sealed = {entry["item"]: entry.get("original", entry["answer"]) for entry in full["answers"]}
    return signed_names(sealed, (revision["changes"] for revision in full["revisions"]))


def _daypart(row: Mapping[str, Any]) -> str | None:
    moment = row["visited_until"] or row["finished_at"] or row["started_at"]
    return part_of_day(_local(moment, row)) if moment is not None else None


def _local(moment: datetime, row: Mapping[str, Any]) -> datetime:
    """By the clock of the store."""
    return moment.astimezone(ZoneInfo(row["store"]["time_zone"]))


def _only(told: Mapping[str, Any], names: Sequence[str]) -> Told:
    return {name: told[name] for name in names if name in told}
