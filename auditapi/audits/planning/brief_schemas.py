"""What an assignment tells the auditor to do, on the wire."""

from __future__ import annotations

from typing import Any, ClassVar

from marshmallow import Schema, fields, validate

from auditapi.core.schemas import Line

LONGEST_LIST = 100
LONG = 4000


class PreparedQuestionSchema(Schema):
    question = Line(1000, required=True)
    answer_key = Line(1000, required=True)


class PurchaseSchema(Schema):
    limit = Line(100, required=True, metadata={"example": "20,000 KRW"})
    payment = Line(200, required=True, metadata={"example": "credit card"})

    class Meta:
        include: ClassVar[dict[str, fields.Field[Any]]] = {
            "return": Line(
                400, metadata={"example": "Bring it back on the next day, with the receipt."}
            )
        }


class BriefSchema(Schema):
    """What the items need on the spot. Everything may be left out that no item asks for."""

    instructions = Line(LONG)
    must_have_products = fields.List(Line(200), validate=validate.Length(1, LONGEST_LIST))
    bay = Line(200)
    item_to_find = Line(200)
    missing_item = Line(200)
    questions = fields.List(
        fields.Nested(PreparedQuestionSchema), validate=validate.Length(1, LONGEST_LIST)
    )
    purchase = fields.Nested(PurchaseSchema)
    fee = Line(200, metadata={"example": "30,000 KRW and the purchase"})
    letter_of_authorisation = Line(LONG)
    legal_check = Line(
        1000, metadata={"description": "Which legally required check is tested, and how."}
    )
    service_desk = fields.Boolean(metadata={"description": "Played at the service desk."})
    revisit_of = fields.UUID(metadata={"description": "The audit that this visit follows up."})


class BriefField(fields.Nested):
    """A brief, kept as the plain JSON that it is on the wire."""

    def __init__(self, **options: Any) -> None:
        super().__init__(BriefSchema, **options)

    def _deserialize(self, *args: Any, **options: Any) -> Any:
        return self.schema.dump(super()._deserialize(*args, **options))
