"""Rounds and assignments on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from auditapi.audits.planning import rules
from auditapi.audits.planning.brief_schemas import BriefField
from auditapi.audits.planning.checks import Proposal
from auditapi.audits.states import (
    AssignmentState,
    ByObject,
    ByTime,
    Mode,
    NotPossible,
    Scenario,
    VisitKind,
)
from auditapi.core.http import places_in
from auditapi.core.problems import Place
from auditapi.core.schemas import Line, Name, PageQuerySchema, PageSchema

MOST_AT_ONCE = 500
MOST_STORES = 5000


def by_value(kind: Any, **options: Any) -> fields.Enum[Any]:
    return fields.Enum(kind, by_value=True, **options)


def _local(**options: Any) -> fields.NaiveDateTime:
    """A time as the store's clock shows it, so without an offset."""
    about = {
        "description": "By the store's clock, without an offset.",
        "example": "2026-11-20T10:00:00",
        "format": "local-date-time",
    }
    return fields.NaiveDateTime(format="iso", metadata=about, **options)


def texts() -> fields.Dict:
    return fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"example": {"en": "Finds the unclear point", "ko": "불분명한 점을 찾아낸다"}},
    )


class PlannedChecklistSchema(Schema):
    key = fields.String(required=True, metadata={"example": "service-standard"})
    version = fields.Integer(required=True, metadata={"example": 1})
    sha256 = fields.String(required=True)


class ScenarioSchema(Schema):
    key = fields.String(required=True, metadata={"example": "hesitant"})
    how_it_shows = texts()
    behaviours = fields.List(texts(), required=True)


# ---- rounds ------------------------------------------------------------------------------------


def _shares(names: tuple[str, ...]) -> fields.Dict:
    return fields.Dict(
        keys=fields.String(validate=validate.OneOf(names)),
        values=fields.Integer(strict=True, validate=validate.Range(1, 100_000)),
    )


class QuotasSchema(Schema):
    """Visits wanted, by day of the week and part of the day."""

    weekday = _shares(rules.WEEKDAYS)
    daypart = _shares(rules.DAYPARTS)


class ChosenChecklistSchema(Schema):
    key = Line(80, required=True, metadata={"example": "service-standard"})
    version = fields.Integer(
        strict=True,
        validate=validate.Range(1, 2**31 - 1),
        metadata={"description": "The newest, when it is left out."},
    )


class NewRoundSchema(Schema):
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "name": "Autumn",
        "period_from": "2026-09-01",
        "period_until": "2026-11-30",
        "checklist": {"key": "service-standard"},
        "kind": "mystery_shop",
        "sampling": "random_sample",
        "sample_size": 40,
        "quotas": {"weekday": {"sat": 12}, "daypart": {"evening": 10}},
        "minimum_days_between": 14,
    }

    name = Name(200, required=True, metadata={"example": "Autumn"})
    period_from = fields.Date(required=True)
    period_until = fields.Date(required=True)
    checklist = fields.Nested(ChosenChecklistSchema, required=True)
    kind = by_value(VisitKind, required=True)
    sampling = by_value(ByObject, load_default=ByObject.ALL)
    stores = fields.List(
        fields.UUID(),
        validate=validate.Length(1, MOST_STORES),
        metadata={"description": "Only these; of a random sample: drawn from these."},
    )
    region_id = fields.UUID(metadata={"description": "Stores of this region and all below it."})
    sample_size = fields.Integer(strict=True, validate=validate.Range(1, MOST_STORES))
    seed = fields.Integer(strict=True, validate=validate.Range(0, 2**53 - 1))
    quotas = fields.Nested(QuotasSchema, load_default=dict)
    minimum_days_between = fields.Integer(
        strict=True, load_default=0, validate=validate.Range(0, 3650)
    )

    @validates_schema
    def _in_order(self, data: Mapping[str, Any], **_options: Any) -> None:
        if data["period_until"] < data["period_from"]:
            raise ValidationError("must not be before period_from", "period_until")

    @validates_schema
    def _one_pool(self, data: Mapping[str, Any], **_options: Any) -> None:
        if "stores" in data and "region_id" in data:
            raise ValidationError("can't be given together with stores", "region_id")


class ListedRoundSchema(Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True)
    period_from = fields.Date(required=True)
    period_until = fields.Date(required=True)
    checklist = fields.Nested(PlannedChecklistSchema, required=True)
    kind = by_value(VisitKind, required=True)
    sampling = by_value(ByObject, required=True)
    seed = fields.Integer(required=True, allow_none=True)
    sample_size = fields.Integer(required=True, allow_none=True)
    quotas = fields.Nested(QuotasSchema, required=True)
    minimum_days_between = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)


class RoundsSchema(PageSchema):
    rounds = fields.List(fields.Nested(ListedRoundSchema), required=True)


class RoundSchema(ListedRoundSchema):
    """`stores`: those to be visited; of a random sample, as drawn from `sampled_from`."""

    sampled_from = fields.List(fields.UUID(), required=True)
    stores = fields.List(fields.UUID(), required=True)


class ShareSchema(Schema):
    wanted = fields.Integer(required=True)
    filled = fields.Integer(required=True)


class ProgressSchema(Schema):
    by_state = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={"example": {"offered": 3, "accepted": 5, "done": 12}},
    )
    quotas = fields.Dict(
        keys=fields.String(),
        values=fields.Dict(keys=fields.String(), values=fields.Nested(ShareSchema)),
        required=True,
        metadata={"example": {"weekday": {"sat": {"wanted": 4, "filled": 1}}}},
    )


class RoundWithProgressSchema(RoundSchema):
    progress = fields.Nested(ProgressSchema, required=True)


class ClosingSchema(Schema):
    EXAMPLE: ClassVar[dict[str, Any]] = {"cancel_open": True}

    cancel_open = fields.Boolean(load_default=False)


# ---- assignments -------------------------------------------------------------------------------


class VisitSchema(Schema):
    """An assignment as a phone gets it."""

    id = fields.UUID(required=True)
    round_id = fields.UUID(required=True)
    state = by_value(AssignmentState, required=True)
    kind = by_value(VisitKind, required=True)
    by_time = by_value(ByTime, required=True)
    by_object = by_value(ByObject, required=True)
    mode = by_value(Mode, required=True)
    scenario = fields.Nested(ScenarioSchema, required=True, allow_none=True)
    purchase = fields.Boolean(required=True)
    not_before = fields.AwareDateTime(
        required=True, metadata={"description": "With the offset of the store's clock."}
    )
    not_after = fields.AwareDateTime(required=True)
    store_id = fields.UUID(required=True)
    checklist = fields.Nested(PlannedChecklistSchema, required=True)
    brief = BriefField(required=True)


class AssignmentSchema(VisitSchema):
    """Stores, of visits that they may know of, see neither auditor nor brief nor notes, nor when
    the visit was made."""

    auditor_id = fields.UUID(required=True, allow_none=True)
    not_possible = by_value(NotPossible, required=True, allow_none=True)
    state_note = fields.String(required=True, allow_none=True)
    payable = fields.Boolean(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    changed_at = fields.AwareDateTime(required=True, allow_none=True)


class AssignmentsSchema(PageSchema):
    assignments = fields.List(fields.Nested(AssignmentSchema), required=True)


class AssignmentsQuerySchema(PageQuerySchema):
    round = fields.UUID()
    store = fields.UUID()
    auditor = fields.UUID()
    state = fields.List(
        by_value(AssignmentState), metadata={"description": "May be given several times."}
    )


class NewAssignmentSchema(Schema):
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "round_id": "0192a0b2-2222-7a10-b1c8-91f0a2b3c4d5",
        "store_id": "0192a0b2-63d4-7a10-b1c8-91f0a2b3c4d5",
        "auditor_id": "0192a0b2-3333-7a10-b1c8-91f0a2b3c4d5",
        "not_before": "2026-10-05T09:00:00",
        "not_after": "2026-10-11T21:00:00",
        "scenario": "hesitant",
        "purchase": True,
        "brief": {
            "item_to_find": "gluten-free bread",
            "purchase": {"limit": "20,000 KRW", "payment": "cash", "return": "the next day"},
            "fee": "30,000 KRW and the purchase",
        },
    }

    round_id = fields.UUID(required=True)
    store_id = fields.UUID(required=True)
    auditor_id = fields.UUID(required=True)
    not_before = _local(required=True)
    not_after = _local(required=True)
    by_time = by_value(ByTime)
    by_object = by_value(ByObject, metadata={"description": "As the round, when it is left out."})
    mode = by_value(Mode)
    scenario = by_value(
        Scenario,
        allow_none=True,
        metadata={
            "description": "Mystery shops need one, or have it drawn, if the checklist asks by it."
        },
    )
    draw_scenario = fields.Boolean(
        metadata={
            "description": "Of a mystery shop: draws hesitant, opinionated or gentle, whichever "
            "the store had least often, so that every store gets its share of each."
        }
    )
    purchase = fields.Boolean()
    brief = BriefField()

    @validates_schema
    def _drawn_or_set(self, data: Mapping[str, Any], **_options: Any) -> None:
        if data.get("draw_scenario") and data.get("scenario"):
            raise ValidationError("does not go with a scenario that is set", "draw_scenario")


class BulkSchema(Schema):
    EXAMPLE: ClassVar[dict[str, Any]] = {"assignments": [NewAssignmentSchema.EXAMPLE]}

    assignments = fields.List(
        fields.Nested(NewAssignmentSchema),
        required=True,
        validate=validate.Length(1, MOST_AT_ONCE),
    )


class OfferedSchema(Schema):
    assignments = fields.List(fields.Nested(AssignmentSchema), required=True)


class _BulkFrameSchema(Schema):
    assignments = fields.List(
        fields.Raw(), required=True, validate=validate.Length(1, MOST_AT_ONCE)
    )


def read_bulk(body: object) -> tuple[list[Proposal | None], list[str], list[Place]]:
    """The proposals of a `BulkSchema` (None: could not be read), the path of each, and what is
    wrong with their shape; all faults are to be told at once."""
    try:
        rows = _BulkFrameSchema().load(body)["assignments"]  # type: ignore[arg-type]
    except ValidationError as error:
        return [], [], places_in(error.messages, "json")
    proposals: list[Proposal | None] = []
    faults: list[Place] = []
    names = [f"json.assignments[{number}]" for number in range(len(rows))]
    for row, name in zip(rows, names, strict=True):
        try:
            proposals.append(Proposal(**NewAssignmentSchema().load(row)))
        except ValidationError as error:
            proposals.append(None)
            faults += places_in(error.messages, name)
    return proposals, names, faults


class AssignmentChangesSchema(Schema):
    EXAMPLE: ClassVar[dict[str, Any]] = {"not_after": "2026-10-18T21:00:00"}

    auditor_id = fields.UUID()
    not_before = _local()
    not_after = _local()
    brief = BriefField(metadata={"description": "Replaces the whole brief."})
    payable = fields.Boolean(
        allow_none=True,
        metadata={"description": "Whether a visit that was not possible is paid."},
    )

    @validates_schema
    def _pay_alone(self, data: Mapping[str, Any], **_options: Any) -> None:
        if "payable" in data and len(data) > 1:
            raise ValidationError("is decided alone", "payable")


class DecliningSchema(Schema):
    EXAMPLE: ClassVar[dict[str, Any]] = {"reason": "I am away that week."}

    reason = Line(2000, required=True)


class CancellingSchema(Schema):
    EXAMPLE: ClassVar[dict[str, Any]] = {"reason": "The store is being rebuilt."}

    reason = Line(2000)


class NotPossibleSchema(Schema):
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "reason": "closed",
        "note": "The shutters were down at noon.",
    }

    reason = by_value(NotPossible, required=True)
    note = Line(2000, shortest=0, load_default="")
