"""What the shape of a single item can't say: whether its parts fit together."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from auditapi.checklists.items import (
    SCORED_KINDS,
    AnyItem,
    AtLeast,
    AtMost,
    Below,
    ChoiceItem,
    ChoicesItem,
    CountItem,
    Evidence,
    Lengths,
    NumberItem,
    ScaleItem,
    SecondsItem,
    TextItem,
)
from auditapi.checklists.problems import Location, Problem, at
from auditapi.checklists.structure import SectionHead

INFINITE = Decimal("Infinity")


def item_problems(
    item: AnyItem, location: Location, section: SectionHead | None, languages: tuple[str, ...]
) -> Iterator[Problem]:
    """Every fault of one item that has the right shape; ``section`` is none when its own shape
    is wrong."""
    if item.kind in SCORED_KINDS:
        yield from _weight(item, location, section)
        yield from _bonus(item, location)
        yield from _critical(item, location)
    else:
        yield from _never_scored(item, location)
    match item:
        case ScaleItem():
            yield from _scale(item, location)
        case CountItem():
            yield from _count(item, location)
        case SecondsItem():
            yield from _seconds(item, location)
        case ChoiceItem() | ChoicesItem():
            yield from _options(item, location)
        case NumberItem():
            if item.min is not None and item.max is not None and item.min > item.max:
                yield at((*location, "min"), f"must not be above max ({item.max})")
        case TextItem():
            yield from _lengths(item, location, languages)
    for index, rule in enumerate(item.evidence):
        yield from _evidence(item, rule, (*location, "evidence", index))


def _never_scored(item: AnyItem, location: Location) -> Iterator[Problem]:
    given = {
        "weight": item.weight > 0,
        "tag": item.tag is not None,
        "bonus": item.bonus,
        "critical": item.critical is not None,
        "critical_below": item.critical_below is not None,
        "met_at": item.met_at is not None,
    }
    for name in (name for name, is_given in given.items() if is_given):
        yield at((*location, name), f"must be left out: {item.kind} is never scored")


def _weight(item: AnyItem, location: Location, section: SectionHead | None) -> Iterator[Problem]:
    if item.weight > 0:
        if item.audience != "store":
            # A store that does not see it could not understand its own result.
            reason = "what only head office sees can't decide about a store"
            yield at((*location, "audience"), f"must be left out: the item is scored, and {reason}")
        if item.tag is None:
            yield at((*location, "tag"), "is missing: must_be, linear or delight")
        if section is not None and section.weight == 0 and not item.bonus:
            reason = f"section {section.key} has no weight and is not scored"
            yield at((*location, "weight"), f"must be left out: {reason}")
    elif item.critical is not None:
        yield at((*location, "weight"), "must be above 0: the item is critical")
    elif item.bonus:
        yield at((*location, "weight"), "must be above 0: the item is a bonus")


def _bonus(item: AnyItem, location: Location) -> Iterator[Problem]:
    if item.bonus and item.critical is not None:
        yield at((*location, "critical"), "must be left out: a bonus item can't be critical")
    if item.bonus and item.tag == "must_be":
        yield at((*location, "tag"), "must be linear or delight: the item is a bonus")


def _critical(item: AnyItem, location: Location) -> Iterator[Problem]:
    if item.critical is None:
        if item.critical_below is not None:
            yield at((*location, "critical_below"), "has no effect without critical")
    elif item.critical_below is None and item.kind in ("scale", "count"):
        message = f"is missing: below which result is this {item.kind} critical?"
        yield at((*location, "critical_below"), message)


def _scale(item: ScaleItem, location: Location) -> Iterator[Problem]:
    top = item.top
    if top < 2:
        yield at((*location, "anchors" if item.max is None else "max"), "must have two points")
        return
    beyond = [point for point in item.anchors if not 1 <= point <= top]
    for point in beyond:
        message = f"must be a point from 1 to {top}"
        yield at((*location, "anchors", str(point)), message)
    # Without `max`, one point too high and one that is missing are the same slip.
    if item.max is not None or not beyond:
        for point in range(1, top + 1):
            if point not in item.anchors:
                message = "is missing: what one sees at this point"
                yield at((*location, "anchors", str(point)), message)


def _count(item: CountItem, location: Location) -> Iterator[Problem]:
    if item.of is not None and item.steps is not None:
        yield at((*location, "steps"), "must be left out: the count already has an of")
    elif item.of is None and item.steps is None and item.weight > 0:
        yield at((*location, "of"), "is missing: of, or steps, gives the count its result")
    if item.counted_as == "encounters" and item.of != "asked":
        yield at((*location, "of"), "must be asked: encounters are entered with their number")
    previous: tuple[int, Decimal] | None = None
    for index, (bound, value) in enumerate(item.steps or ()):
        here = (*location, "steps", index)
        if value < 0:
            yield at(here, "must give 0 to 1")
        if previous is not None and bound <= previous[0]:
            yield at(here, f"must have a bound above {previous[0]}")
        if previous is not None and value > previous[1]:
            yield at(here, f"must not give more than {previous[1]}: fewer is better")
        previous = bound, value


def _seconds(item: SecondsItem, location: Location) -> Iterator[Problem]:
    if item.weight > 0:
        for name, value in (("target", item.target), ("limit", item.limit)):
            if value is None:
                yield at((*location, name), "is missing: a scored time needs target and limit")
    if item.target is not None and item.limit is not None and item.target >= item.limit:
        yield at((*location, "target"), f"must be below limit ({item.limit:f})")
    if item.between is not None and item.between[0] == item.between[1]:
        yield at((*location, "between"), "must name two different taps")


def _options(item: ChoiceItem | ChoicesItem, location: Location) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, option in enumerate(item.options):
        here = (*location, "options", index)
        if option.key in seen:
            yield at((*here, "key"), f"is given twice: {option.key}")
        seen.add(option.key)
        if not option.scored:
            if option.points is not None:
                yield at((*here, "points"), "must be left out: the option is not scored")
        elif option.points is None:
            if item.weight > 0:
                yield at((*here, "points"), "is missing: give points, or scored: false")
        elif option.points < 0 and item.kind == "choice":
            yield at((*here, "points"), "must be from 0 to 1")
    if item.weight > 0 and not any(option.scored for option in item.options):
        yield at((*location, "options"), "must have one that is scored: the item has a weight")


def _lengths(item: TextItem, location: Location, languages: tuple[str, ...]) -> Iterator[Problem]:
    for name, lengths in (("min_length", item.min_length), ("max_length", item.max_length)):
        if lengths is not None and not isinstance(lengths, int):
            for language in languages:
                if language not in lengths:
                    yield at((*location, name, language), "is missing")
            for language in lengths:
                if languages and language not in languages:
                    message = "is not one of the checklist's languages"
                    yield at((*location, name, language), message)
    for language in languages:
        least = length_in(item.min_length, language)
        most = length_in(item.max_length, language)
        if least is not None and most is not None and least > most:
            yield at((*location, "min_length"), f"must not be above max_length ({most})")
            return


def length_in(lengths: Lengths | None, language: str) -> int | None:
    """The length that holds in a language."""
    return lengths if lengths is None or isinstance(lengths, int) else lengths.get(language)


def _evidence(item: AnyItem, rule: Evidence, location: Location) -> Iterator[Problem]:
    if rule.needs == "photo" and item.kind == "photo":
        yield at((*location, "needs"), "has no effect: the answer is a photo already")
    if rule.needs == "comment" and rule.covert is not None:
        yield at((*location, "covert"), "has no effect: a comment is needed on every visit")
    match rule.when:
        case "yes" | "no" if item.kind != "yes_no":
            yield at((*location, "when"), f"can't apply: {item.kind} is not answered yes or no")
        case Below(below=bound):
            least = least_result(item)
            if least is None:
                yield at((*location, "when", "below"), "can't apply: the item has no result")
            elif least >= bound:
                message = f"can't apply: no result of the item is below {bound}"
                yield at((*location, "when", "below"), message)
        case AtLeast(at_least=bound):
            yield from _bound(item, bound <= value_range(item)[1], (*location, "when", "at_least"))
        case AtMost(at_most=bound):
            yield from _bound(item, bound >= value_range(item)[0], (*location, "when", "at_most"))


def _bound(item: AnyItem, possible: bool, location: Location) -> Iterator[Problem]:
    if not isinstance(item, ScaleItem | CountItem | SecondsItem | NumberItem):
        yield at(location, f"can't apply: {item.kind} is not answered with a number")
    elif not possible:
        least, most = value_range(item)
        yield at(location, f"can't apply: the answer is {least:f} to {most:f}")


def value_range(item: AnyItem) -> tuple[Decimal, Decimal]:
    """The least and the greatest number that can be answered."""
    match item:
        case ScaleItem():
            return Decimal(1), Decimal(item.top)
        case CountItem():
            return Decimal(0), Decimal(item.of) if isinstance(item.of, int) else INFINITE
        case NumberItem():
            least = -INFINITE if item.min is None else item.min
            return least, INFINITE if item.max is None else item.max
    return Decimal(0), INFINITE


def least_result(item: AnyItem) -> Decimal | None:
    """The worst result r that an answer can have; none for an item without a result."""
    match item:
        case CountItem(of=None, steps=None) | SecondsItem(target=None) | SecondsItem(limit=None):
            return None
        case ChoiceItem():
            points = [option.points for option in item.options if option.points is not None]
            return min(points, default=None)
        case ChoicesItem():
            points = [option.points for option in item.options if option.points is not None]
            negative = sum((p for p in points if p < 0), Decimal(0))
            return max(negative + min(p for p in points), Decimal(0)) if points else None
    return Decimal(0) if item.kind in SCORED_KINDS else None
