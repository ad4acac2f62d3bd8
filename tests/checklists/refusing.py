"""What a checklist is refused for, as text to compare."""

from __future__ import annotations

from auditapi.checklists.document import InvalidChecklist, parse
from tests.checklists.builders import Data, data, item, option, section

#: One item of each sort that a condition may ask about.
BEFORE: list[Data] = [
    item("B1"),
    item("B2", "scale", max=5),
    item("B3", "choice", options=[option("a"), option("b")]),
    item("B4", "photo"),
    item("B5", "text"),
    item("B6", "count", of=10),
]
HERE = f"sections[0].items[{len(BEFORE)}]"


def refusals(source: Data) -> list[str]:
    """What is wrong; nothing when the checklist is accepted."""
    try:
        parse(source)
    except InvalidChecklist as error:
        return [str(problem) for problem in error.problems]
    return []


def refusal(of: Data, weight: float = 10) -> str:
    """The only fault of a section whose last item is this one."""
    [message] = refusals(data(section("S", *BEFORE, of, weight=weight)))
    assert message.startswith(HERE)
    return message.removeprefix(HERE + ".")
