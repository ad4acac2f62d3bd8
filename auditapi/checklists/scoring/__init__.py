"""Scoring: ``(checklist, answers) → score``, exact, the same for ever, explaining every digit.

The road: ``itemising`` (what each item's answer gives) → ``summing`` (sections, shares, the
overall result) → ``deciding`` (criticals, outcome, band), put together in ``score``. What comes
out is in ``parts``; ``explanation`` writes it as JSON and ``recomputing`` does the whole sum
again from that JSON alone. The definitions are in docs/scoring.md.
"""

from auditapi.checklists.scoring.parts import Score
from auditapi.checklists.scoring.recomputing import recompute
from auditapi.checklists.scoring.rounding import printed
from auditapi.checklists.scoring.score import NotScorable, score
from auditapi.checklists.scoring.version import RULES_VERSION

__all__ = ["RULES_VERSION", "NotScorable", "Score", "printed", "recompute", "score"]
