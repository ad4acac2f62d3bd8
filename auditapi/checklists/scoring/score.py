"""The one function that scores an audit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from auditapi.checklists.answers import Answers
from auditapi.checklists.scoring.deciding import band_of, criticals_fired, outcome_of
from auditapi.checklists.scoring.itemising import item_scores
from auditapi.checklists.scoring.parts import Score
from auditapi.checklists.scoring.summing import figures, overall, section_scores, with_shares
from auditapi.checklists.structure import Checklist
from auditapi.checklists.validation import Code, Reason, answer_faults
from auditapi.checklists.visibility import Attributes, visibility

#: Faults that leave every result as it is: they concern proof and wording.
HARMLESS: frozenset[Code] = frozenset(
    {
        "unknown_item",
        "na_without_reason",
        "too_short",
        "too_long",
        "comment_missing",
        "photo_missing",
    }
)


class NotScorable(ValueError):
    """The answers can't be scored; nothing is ever taken for 0 silently."""

    def __init__(self, reasons: Iterable[Reason]) -> None:
        self.reasons = list(reasons)
        super().__init__("; ".join(f"{r.item}: {r.code}" for r in self.reasons))


def score(
    checklist: Checklist,
    answers: Answers,
    store: Attributes,
    assignment: Attributes,
    photos_by_item: Mapping[str, int] | None = None,
    pictured: Mapping[str, int] | None = None,
) -> Score:
    """Score an audit: the same input gives the same digits for ever.

    ``photos_by_item`` says how many photos name each item. With it, a required photo that is
    missing makes the audit invalid, and a failed critical item without the photo that it needs
    is provisional; without it (None) photos are not looked at. ``pictured`` says how many of them
    can be looked at, where some never came: a lost photo does not make an audit invalid, but it
    proves nothing either. Without it (None) all of them can.

    Raises NotScorable when a shown, required item is unanswered or an answer is invalid. Faults
    that leave the results as they are (a missing comment, a text too short) do not prevent a
    score.
    """
    visible = visibility(checklist, answers, store, assignment)
    covert = assignment.get("covert") is True
    faults = answer_faults(checklist, answers, photos_by_item, visible, covert)
    if severe := [reason for reason in faults if reason.code not in HARMLESS]:
        raise NotScorable(severe)
    scoring = checklist.scoring
    bare = tuple(item_scores(checklist, answers, visible))
    proof = photos_by_item if pictured is None else pictured
    criticals = tuple(criticals_fired(checklist, bare, answers, proof, covert))
    sections = section_scores(checklist, bare, criticals)
    items = with_shares(bare, sections, scoring.method)
    result = overall(items, sections, criticals, scoring)
    outcome, why = outcome_of(scoring, result, sections, criticals)
    return Score(
        checklist_key=checklist.key,
        checklist_sha256=checklist.sha256,
        scoring=scoring,
        items=items,
        sections=sections,
        criticals=criticals,
        overall=result,
        figures=figures(items),
        outcome=outcome,
        why=why,
        band=band_of(scoring, outcome, result.percentage),
    )
