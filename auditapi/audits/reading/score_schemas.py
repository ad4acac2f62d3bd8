"""The explained score on the wire: what `checklists.scoring.explanation` tells, name by name.
docs/scoring.md says what each is; a test holds a real score against this."""

from __future__ import annotations

from typing import Any, get_args

from marshmallow import Schema, fields, validate

from auditapi.checklists.results import NoResult

LEFT_OUT = (*get_args(NoResult), "unscored", "hidden_by_visit", "hidden_by_answer")


def a_fraction(example: str, **options: Any) -> fields.String:
    """A fraction written as text; null where there is none, if `allow_none`."""
    described = {"description": "An exact fraction.", "example": example}
    return fields.String(required=True, metadata=described, **options)


def one_of(*values: str, **options: Any) -> fields.String:
    return fields.String(required=True, validate=validate.OneOf(values), **options)


def a_word(example: str, **options: Any) -> fields.String:
    return fields.String(required=True, metadata={"example": example}, **options)


def a_count(example: int) -> fields.Integer:
    return fields.Integer(required=True, metadata={"example": example})


class PercentageSchema(Schema):
    """From 0 to 100, exact and as it is printed."""

    exact = a_fraction("175/2")
    printed = fields.String(required=True, metadata={"example": "87.5"})


def a_percentage() -> fields.Nested:
    return fields.Nested(PercentageSchema, required=True, allow_none=True)


class ScoredChecklistSchema(Schema):
    key = a_word("service-standard")
    sha256 = fields.String(required=True)


class ScoreSettingsSchema(Schema):
    method = a_word("weighted")
    coverage_floor = a_fraction("85")
    pass_mark = a_fraction("80", allow_none=True)
    bands = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"example": {"A": "90", "B": "80", "C": "70", "D": "0"}},
    )
    bonus_cap = a_fraction("100", allow_none=True)


class WhySchema(Schema):
    """One cause of the outcome, with the item or section behind it."""

    cause = one_of("fail_visit", "no_percentage", "coverage", "pass_mark", "section_pass_mark")
    key = a_word("F1", allow_none=True)


class OverallSchema(Schema):
    earned = a_fraction("35")
    possible = a_fraction("40")
    raw = a_percentage()
    after_sections = a_percentage()
    bonus = a_percentage()
    with_bonus = a_percentage()
    cap = a_fraction("60", allow_none=True)
    percentage = a_percentage()
    covered = a_fraction("40")
    coverable = a_fraction("40")
    coverage = a_percentage()


class MustBeSchema(Schema):
    failed = a_count(1)
    applicable = a_count(12)


class DelightSchema(Schema):
    met = a_count(2)
    applicable = a_count(4)


class FiguresSchema(Schema):
    """What stands beside the percentage, never instead of it."""

    must_be = fields.Nested(MustBeSchema, required=True)
    core = a_percentage()
    delight = fields.Nested(DelightSchema, required=True)


class CriticalRuleSchema(Schema):
    """What an item does whose `r` is below a bound."""

    action = one_of("fail_visit", "fail_section", "cap")
    cap = a_fraction("60", allow_none=True)
    below = a_fraction("1")


class CriticalSchema(CriticalRuleSchema):
    """A critical item that failed, and what that did."""

    item = a_word("F1")
    section = a_word("F")
    r = a_fraction("0")
    missing_evidence = fields.List(fields.String(), required=True, metadata={"example": ["photo"]})


class SectionScoreSchema(Schema):
    key = a_word("F")
    weight = a_fraction("1")
    earned = a_fraction("7")
    possible = a_fraction("8")
    designed = a_fraction("8")
    raw = a_percentage()
    percentage = a_percentage()
    coverage = a_percentage()
    pass_mark = a_fraction("50", allow_none=True)
    failed_by = fields.List(fields.String(), required=True, metadata={"example": []})


class ItemScoreSchema(Schema):
    """`points` is what it is worth in the overall result, of 100."""

    key = a_word("F1")
    section = a_word("F")
    kind = a_word("yes_no")
    tag = one_of("must_be", "linear", "delight", allow_none=True)
    bonus = fields.Boolean(required=True)
    designed = fields.Boolean(required=True, metadata={"example": True})
    answer = fields.Raw(required=True, allow_none=True, metadata={"example": "no"})
    rule = fields.Dict(
        required=True,
        allow_none=True,
        metadata={
            "description": "How the answer became `r`.",
            "example": {"rule": "yes_no", "good": "yes"},
        },
    )
    left_out = one_of(*LEFT_OUT, allow_none=True)
    r = a_fraction("0", allow_none=True)
    weight = a_fraction("1")
    earned = a_fraction("0", allow_none=True)
    possible = a_fraction("1", allow_none=True)
    met_at = a_fraction("1")
    critical = fields.Nested(CriticalRuleSchema, required=True, allow_none=True)
    share = a_fraction("1", allow_none=True)
    points = a_percentage()


class ExplainedScoreSchema(Schema):
    """Everything that is needed to recompute it. Stores get it without private items."""

    rules = a_count(1)
    checklist = fields.Nested(ScoredChecklistSchema, required=True)
    settings = fields.Nested(ScoreSettingsSchema, required=True)
    outcome = one_of("pass", "fail", "not_rated")
    why = fields.List(fields.Nested(WhySchema), required=True)
    band = fields.String(required=True, allow_none=True, metadata={"example": "B"})
    provisional = fields.Boolean(required=True)
    overall = fields.Nested(OverallSchema, required=True)
    figures = fields.Nested(FiguresSchema, required=True)
    criticals = fields.List(fields.Nested(CriticalSchema), required=True)
    sections = fields.List(fields.Nested(SectionScoreSchema), required=True)
    items = fields.List(fields.Nested(ItemScoreSchema), required=True)
