"""The checklists that are shipped: complete, in three languages, and what the README says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from auditapi.checklists.document import Checklist, check_file, read_yaml
from auditapi.checklists.items import ChoiceItem, ChoicesItem, NumberItem, ScaleItem
from auditapi.checklists.scoring import score
from auditapi.checklists.validation import check_answers
from auditapi.checklists.visibility import Attributes
from tests.checklists.visits import FULL_STORE, FULLEST, answers, assignment, photos

FOLDER = Path(__file__).parents[2] / "checklists"
README = (FOLDER / "README.md").read_text(encoding="utf-8")
SHIPPED = ["after-sales-desk", "complaint-desk", "service-standard", "store-self-check"]
SHORT = [key for key in SHIPPED if key != "service-standard"]
LANGUAGES = ("en", "ko", "zh-Hant")

HANGUL = re.compile(r"[가-힣]")
HAN = re.compile(r"[\u4e00-\u9fff]")
#: Characters that only simplified Chinese uses, of words that checklists are full of.
SIMPLIFIED = re.compile(r"[动问见选说话应间时关闭价标货签质门铺顾检认证为这们个实现对开员务]")


@cache
def shipped(key: str) -> Checklist:
    path = FOLDER / f"{key}.yaml"
    return read_yaml(path.read_text(encoding="utf-8"), path.name)


def wordings(checklist: Checklist) -> Iterator[tuple[str, dict[str, str]]]:
    """Every wording with a name for it."""
    yield "title", dict(checklist.title)
    yield "description", dict(checklist.description or {})
    for section in checklist.sections:
        yield section.key, dict(section.title)
    for key, item in checklist.items.items():
        yield f"{key} text", dict(item.text)
        yield f"{key} guidance", dict(item.guidance or {})
        match item:
            case ScaleItem():
                for point, text in item.anchors.items():
                    yield f"{key} anchor {point}", dict(text)
            case ChoiceItem() | ChoicesItem():
                for option in item.options:
                    yield f"{key} option {option.key}", dict(option.text)
            case NumberItem() if item.unit:
                yield f"{key} unit", dict(item.unit)


def test_exactly_the_four_checklists_are_shipped() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.yaml")) == SHIPPED


@pytest.mark.parametrize("key", SHIPPED)
def test_a_shipped_file_has_no_problems(key: str) -> None:
    assert check_file(FOLDER / f"{key}.yaml") == []


@pytest.mark.parametrize("key", SHIPPED)
def test_a_file_is_named_after_its_checklist_and_tells_editors_the_schema(key: str) -> None:
    first_line = (FOLDER / f"{key}.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert shipped(key).key == key
    assert first_line == "# yaml-language-server: $schema=checklist.schema.json"


@pytest.mark.parametrize("key", SHIPPED)
def test_every_wording_is_there_in_three_languages_and_in_their_scripts(key: str) -> None:
    checklist = shipped(key)
    assert checklist.languages == LANGUAGES
    wrong = []
    for name, text in wordings(checklist):
        english, korean, chinese = (text.get(language, "") for language in LANGUAGES)
        right = (
            re.search(r"[A-Za-z]", english)
            and not HANGUL.search(english)
            and not HAN.search(english)
            and HANGUL.search(korean)
            and HAN.search(chinese)
            and not HANGUL.search(chinese)
        )
        if not right:
            wrong.append(name)
    assert wrong == []


@pytest.mark.parametrize("key", SHIPPED)
def test_the_chinese_is_traditional(key: str) -> None:
    found = {
        character
        for _, text in wordings(shipped(key))
        for character in SIMPLIFIED.findall(text["zh-Hant"])
    }
    assert found == set()


@pytest.mark.parametrize("key", SHIPPED)
def test_every_point_of_every_scale_is_written_out(key: str) -> None:
    scales = [item for item in shipped(key).items.values() if isinstance(item, ScaleItem)]
    assert scales
    assert all(sorted(item.anchors) == [1, 2, 3, 4, 5] for item in scales)


@pytest.mark.parametrize("visit", FULLEST, ids=lambda visit: str(visit["kind"]))
@pytest.mark.parametrize("key", SHIPPED)
def test_the_best_answers_are_accepted_and_score_a_hundred(key: str, visit: Attributes) -> None:
    checklist = shipped(key)
    best = answers(checklist, FULL_STORE, visit, best=True)
    pictures = dict.fromkeys(checklist.items, 1)
    assert check_answers(checklist, best, pictures, FULL_STORE, visit, "en") == []
    scored = score(checklist, best, FULL_STORE, visit)
    assert scored.percentage == 100
    assert scored.outcome == "pass"


@pytest.mark.parametrize("visit", FULLEST, ids=lambda visit: str(visit["kind"]))
@pytest.mark.parametrize("key", SHIPPED)
def test_the_worst_answers_fail(key: str, visit: Attributes) -> None:
    checklist = shipped(key)
    worst = answers(checklist, FULL_STORE, visit, best=False)
    scored = score(checklist, worst, FULL_STORE, visit)
    assert scored.percentage == 0
    assert scored.outcome == "fail"


@pytest.mark.parametrize("best", [True, False], ids=["best", "worst"])
@pytest.mark.parametrize(
    ("key", "outside"),
    [("service-standard", {"D7", "H1"}), ("after-sales-desk", set()), ("complaint-desk", set())],
)
def test_a_mystery_shopper_never_has_to_take_a_photo_inside_the_store(
    key: str, outside: set[str], best: bool
) -> None:
    checklist, visit = shipped(key), FULLEST[0]
    given = answers(checklist, FULL_STORE, visit, best=best)
    pictures = dict.fromkeys(outside, 1)
    assert check_answers(checklist, given, pictures, FULL_STORE, visit, "en") == []


def test_ten_things_please_and_six_drive_away_at_the_after_sales_desk() -> None:
    sections = {section.key: section for section in shipped("after-sales-desk").sections}
    satisfiers, dissatisfiers = sections["S"].items, sections["N"].items
    assert len(satisfiers) == 10
    assert {item.tag for item in satisfiers} == {"linear", "delight"}
    assert len(dissatisfiers) == 6
    assert {item.tag for item in dissatisfiers} == {"must_be"}
    # «Did it happen?»: there «no» is the good answer.
    assert {getattr(item, "good", None) for item in dissatisfiers} == {"no"}


def test_the_complaint_desk_has_a_scored_section_for_each_of_the_six_steps() -> None:
    scored = [section for section in shipped("complaint-desk").sections if section.weight > 0]
    assert [section.key for section in scored] == ["K1", "K2", "K3", "K4", "K5", "K6"]
    assert sum(section.weight for section in scored) == 100
    assert all(len(section.items) >= 2 for section in scored)


def test_a_store_manager_is_asked_the_whole_self_check() -> None:
    checklist, visit = shipped("store-self-check"), assignment("self_check")
    asked = answers(checklist, FULL_STORE, visit, best=True)
    asked_photos = photos(checklist, FULL_STORE, visit)
    assert asked.keys() | asked_photos.keys() == checklist.items.keys()
    without_food = answers(checklist, {"dated_goods": False}, visit, best=True)
    assert asked.keys() - without_food.keys() == {"P3"}


@pytest.mark.parametrize("key", SHORT)
def test_the_short_ones_are_short(key: str) -> None:
    assert 12 <= len(shipped(key).items) <= 20


def test_the_readme_lists_every_file_with_its_number_of_items() -> None:
    listed = dict(re.findall(r"^\| `([a-z-]+)\.yaml` \|.*\| (\d+) \|$", README, re.MULTILINE))
    assert listed == {key: str(len(shipped(key).items)) for key in SHIPPED}


def test_the_smallest_checklist_of_the_readme_can_be_published() -> None:
    (example,) = (
        block
        for block in re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
        if block.startswith("key:")
    )
    assert list(read_yaml(example, "README.md").items) == ["W1", "W2"]
