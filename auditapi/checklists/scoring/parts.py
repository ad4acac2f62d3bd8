"""What a score is made of. Plain values; fractions are exact, percentages run 0…100."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from auditapi.checklists.evidence import Need
from auditapi.checklists.results import NoResult, Rule
from auditapi.checklists.scoring.explanation import explained
from auditapi.checklists.structure import Scoring

Tag = Literal["must_be", "linear", "delight"]
Outcome = Literal["pass", "fail", "not_rated"]
LeftOut = NoResult | Literal["unscored", "hidden_by_visit", "hidden_by_answer"]


Action = Literal["fail_visit", "fail_section", "cap"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CriticalRule:
    """What a critical item does when its result is below a bound."""

    action: Action
    cap: Fraction | None
    below: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemScore:
    """One item. ``r`` is there exactly when the item is applicable, ``left_out`` when not.

    ``share`` is what an applicable item that is no bonus weighs in the overall result, before
    the division by all shares: ``P = 100 · Σ share · r / Σ share``.
    """

    key: str
    section: str
    kind: str
    tag: Tag | None
    bonus: bool
    weight: Fraction
    #: Whether it counts for coverage: scored, no bonus, and not hidden by what the visit is.
    designed: bool
    answer: Any
    r: Fraction | None
    rule: Rule | None
    left_out: LeftOut | None
    #: The result from which it counts as met in the three figures.
    met_at: Fraction
    critical: CriticalRule | None = None
    share: Fraction | None = None

    @property
    def earned(self) -> Fraction | None:
        return None if self.r is None else self.weight * self.r


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionScore:
    """One section: the sums, and the percentage and coverage that come of them."""

    key: str
    weight: Fraction
    earned: Fraction
    possible: Fraction
    designed: Fraction
    pass_mark: Fraction | None
    #: Critical items that failed the section: its percentage became 0.
    failed_by: tuple[str, ...]

    @property
    def raw(self) -> Fraction | None:
        return 100 * self.earned / self.possible if self.possible else None

    @property
    def percentage(self) -> Fraction | None:
        return Fraction(0) if self.failed_by and self.possible else self.raw

    @property
    def coverage(self) -> Fraction | None:
        return 100 * self.possible / self.designed if self.designed else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CriticalFired:
    """A critical item that failed, and what that did. It is provisional while evidence that its
    rules ask for is missing."""

    item: str
    section: str
    action: Action
    cap: Fraction | None
    r: Fraction
    below: Fraction
    missing_evidence: tuple[Need, ...]

    @property
    def provisional(self) -> bool:
        return bool(self.missing_evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What stands beside the percentage, never instead of it."""

    must_be_failed: int
    must_be_applicable: int
    #: Over must-be and linear items, with the shares they have in the overall result.
    core: Fraction | None
    delight_met: int
    delight_applicable: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overall:
    """From sums to the final percentage, step by step; none where no section has one."""

    earned: Fraction
    possible: Fraction
    raw: Fraction | None
    after_sections: Fraction | None
    bonus: Fraction
    with_bonus: Fraction | None
    cap: Fraction | None
    percentage: Fraction | None
    covered: Fraction
    coverable: Fraction

    @property
    def coverage(self) -> Fraction | None:
        return 100 * self.covered / self.coverable if self.coverable else None


@dataclass(frozen=True, slots=True)
class Why:
    """One cause of the outcome, with the item or section behind it, when there is one."""

    cause: Literal["fail_visit", "no_percentage", "coverage", "pass_mark", "section_pass_mark"]
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The score of one audit. Names the checklist and the rules it was made with."""

    checklist_key: str
    checklist_sha256: str
    scoring: Scoring
    items: tuple[ItemScore, ...]
    sections: tuple[SectionScore, ...]
    criticals: tuple[CriticalFired, ...]
    overall: Overall
    figures: Figures
    outcome: Outcome
    why: tuple[Why, ...]
    band: str | None

    @property
    def percentage(self) -> Fraction | None:
        """The final percentage: after failed sections, bonus and caps."""
        return self.overall.percentage

    @property
    def raw(self) -> Fraction | None:
        """The percentage that the item results alone give."""
        return self.overall.raw

    @property
    def coverage(self) -> Fraction | None:
        return self.overall.coverage

    @property
    def provisional(self) -> bool:
        """Whether a critical fired for which evidence is still missing."""
        return any(critical.provisional for critical in self.criticals)

    def as_json(self) -> dict[str, Any]:
        """The explained score: everything that is needed to recompute it."""
        return explained(self)
