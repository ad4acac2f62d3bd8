"""YAML as people write it: what is read as what, and how faults name their line."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from textwrap import dedent

import pytest

from auditapi.checklists import raw
from auditapi.checklists.document import InvalidChecklist, check_file, read_yaml
from auditapi.checklists.items import YesNoItem
from auditapi.checklists.reading import load

GOOD = dedent("""\
    key: demo
    languages: [en]
    title: {en: Demo}
    sections:
      - key: S
        title: {en: Section}
        weight: 12.5
        items:
          - key: A1
            kind: yes_no
            good: no
            weight: 3
            tag: linear
            text: {en: "Were expired goods on the shelf?"}
          - key: A2
            kind: seconds
            weight: 2
            tag: linear
            target: 120
            limit: 300
            text: {en: Seconds until you are served}
""")


def refused(text: str, name: str = "checklists/x.yaml") -> list[str]:
    with pytest.raises(InvalidChecklist) as refusal:
        read_yaml(text, name)
    return refusal.value.lines()


def test_a_checklist_is_read_from_yaml() -> None:
    listed = read_yaml(GOOD, "demo.yaml")
    first = listed.items["A1"]
    assert isinstance(first, YesNoItem)
    assert first.good == "no"
    assert listed.sections[0].weight == Decimal("12.5")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("true", True),
        ("false", False),
        ("3", 3),
        ("0.10", Decimal("0.10")),
        ("10:30", "10:30"),
        ("2026-11-21", "2026-11-21"),
        ("1e3", "1e3"),
        ('"3"', "3"),
        ("~", None),
        ("", None),
    ],
)
def test_only_plain_numbers_and_true_and_false_are_no_text(written: str, value: object) -> None:
    assert load(f"here: {written}", "x").data == {"here": value}


def test_a_file_from_windows_is_read_as_well() -> None:
    text = "\ufeff" + GOOD.replace("\n", "\r\n")
    assert read_yaml(text, "x") == read_yaml(GOOD, "x")


def test_names_are_text() -> None:
    assert load("{1: one, no: two, true: three}", "x").data == {
        "1": "one",
        "no": "two",
        "true": "three",
    }


def test_a_scored_item_that_the_store_does_not_see_is_refused_with_its_line() -> None:
    assert refused(GOOD.replace("good: no", "audience: head_office"), "x.yaml") == [
        "x.yaml:11: sections[0].items[0].audience: must be left out: the item is scored, and what "
        "only head office sees can't decide about a store"
    ]


def test_an_error_names_file_line_path_and_what_was_expected() -> None:
    text = GOOD.replace("target: 120", "target: 400")
    assert refused(text) == [
        "checklists/x.yaml:19: sections[0].items[1].target: must be below limit (300)"
    ]


def test_all_errors_come_at_once_in_the_order_of_the_file() -> None:
    text = GOOD.replace("weight: 12.5", "weight: heavy")
    text = text.replace("good: no", "good: never").replace("target: 120", "target: 400")
    assert [line.split(":")[1] for line in refused(text)] == ["7", "11", "19"]


def test_what_is_missing_is_placed_where_it_should_stand() -> None:
    text = GOOD.replace("        weight: 2\n        tag: linear\n", "        weight: 2\n")
    assert refused(text) == [
        "checklists/x.yaml:15: sections[0].items[1].tag: is missing: must_be, linear or delight"
    ]


def test_a_name_given_twice_is_found() -> None:
    text = GOOD.replace("        weight: 3\n", "        weight: 3\n        weight: 4\n")
    assert refused(text) == [
        "checklists/x.yaml:13: sections[0].items[0].weight: is given twice, first on line 12"
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("key: [", "x.yaml:1: is not YAML"),
        ("key: a\n\tb: c", "x.yaml:2: is not YAML"),
        ("key: a\nkey: *nowhere", "x.yaml:2: is not YAML"),
        ("\x00", "x.yaml:1: is not YAML"),
        ("", "x.yaml:1: is empty"),
        ("# only a comment\n", "x.yaml:1: is empty"),
        ("--- {}\n--- {}\n", "x.yaml:2: is not YAML"),
        ("key: !!python/object:os.system x", "x.yaml:1: key: has a tag that is not known here"),
        ("key: !!int many", "x.yaml:1: key: is not what its tag says"),
        ("? [a]\n: b", "x.yaml:1: must have plain names"),
        ("x" * 2_000_001, "x.yaml:1: is too long"),
    ],
)
def test_what_is_no_yaml_of_ours_is_refused_with_its_line(text: str, message: str) -> None:
    assert any(line.startswith(message) for line in refused(text, "x.yaml"))


def test_an_alias_may_repeat_a_condition() -> None:
    text = GOOD.replace("good: no", "show_if: &covert {assignment: covert, is: true}")
    text = text.replace("target: 120", "target: 120\n        show_if: *covert")
    listed = read_yaml(text, "x")
    assert listed.items["A1"].show_if == listed.items["A2"].show_if


def test_aliases_that_unfold_without_end_are_refused() -> None:
    assert "unfolds to too much" in refused("key: &a [*a]")[0]
    rows = ["- &r0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"- &r{n} [{', '.join([f'*r{n - 1}'] * 9)}]" for n in range(1, 9)]
    assert "unfolds to too much" in refused("\n".join(rows))[0]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: " + "[" * 30_000 + "]" * 30_000, 1),
        ("key: x\na: " + "[" * 41 + "]" * 41, 2),
        ("{a: " * 200_000, 1),
        ("\n" + "- " * 100_000, 2),
        ("".join(" " * n + "a:\n" for n in range(60)), 41),
    ],
)
def test_what_is_nested_too_deeply_is_refused_before_it_can_end_the_process(
    text: str, line: int
) -> None:
    """In a process of its own: where this fails, nothing is left to tell of it."""
    code = (
        "import sys; from auditapi.checklists.document import InvalidChecklist, read_yaml\n"
        "try: read_yaml(sys.stdin.read(), 'x.yaml')\n"
        "except InvalidChecklist as error: print(error)"
    )
    asked = subprocess.run(
        [sys.executable, "-c", code], input=text, capture_output=True, text=True, check=False
    )
    message = f"x.yaml:{line}: is nested too deeply: at most 40 levels"
    assert (asked.returncode, asked.stdout.strip()) == (0, message)


def test_forty_levels_are_read() -> None:
    assert load("a: " + "[" * 39 + "]" * 39, "x").data


@pytest.mark.parametrize("character", ["\x07", "\x1b", "\ufffe"])
def test_a_character_that_yaml_does_not_know_is_placed_on_its_line(character: str) -> None:
    text = GOOD.replace("{en: Section}", "{en: 매장 입구}").replace(
        "weight: 3", f"weight: {character}3"
    )
    [line] = refused(text)
    assert line.startswith("checklists/x.yaml:12: is not YAML: ")
    assert line.endswith(f"(U+{ord(character):04X})")


def test_a_file_is_checked_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "demo.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert check_file(path) == []
    path.write_text(GOOD.replace("kind: seconds", "kind: minutes"), encoding="utf-8")
    [problem] = check_file(path)
    assert (problem.path, problem.line) == ("sections[0].items[1]", 15)


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "demo.yaml"
    path.write_bytes(GOOD.encode("utf-16"))
    assert [problem.message for problem in check_file(path)] == ["is not UTF-8 text"]


def test_names_given_twice_in_json_are_found_at_once_however_many_there_are() -> None:
    names = ",".join(f'"n{number}":1' for number in range(100_000))
    found = raw.from_json(f"{{{names},{names}}}")
    assert isinstance(found, raw.Repeating)
    assert len(found.twice) == 100_000
