"""What proof an answer must bring with it: comments and photos."""

from __future__ import annotations

from typing import Literal

from auditapi.checklists.answers import Answer, number_of, text_in, value_of
from auditapi.checklists.items import AnyItem, AtLeast, AtMost, Below, Evidence
from auditapi.checklists.results import result_of

Need = Literal["comment", "photo"]


def missing_evidence(item: AnyItem, answer: Answer, photos: int, covert: bool) -> list[Need]:
    """What the item's rules ask for and the answer does not have.

    ``answer`` is valid and given; one that is not applicable has its reason instead. Where a
    photo can't be taken unseen (``covert``), the comment that stands in its place is asked for.
    """
    given = {"comment": bool(text_in(answer, "note")), "photo": photos > 0}
    # A photo that was taken all the same is proof enough.
    needed = [
        rule.covert if rule.covert is not None and covert and not given["photo"] else rule.needs
        for rule in item.evidence
        if _applies(rule, item, answer)
    ]
    return [need for need in dict.fromkeys(needed) if not given[need]]


def _applies(rule: Evidence, item: AnyItem, answer: Answer) -> bool:
    match rule.when:
        case "always":
            return True
        case Below(below=bound):
            r = result_of(item, answer).r
            return r is not None and r < bound
        case AtMost(at_most=bound):
            number = number_of(value_of(answer))
            return number is not None and number <= bound
        case AtLeast(at_least=bound):
            number = number_of(value_of(answer))
            return number is not None and number >= bound
    return value_of(answer) == rule.when
