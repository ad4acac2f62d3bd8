"""Marks: what the format takes, what it refuses, and that nothing makes the reader fall over."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapi.photos.marks import (
    LONGEST_TEXT,
    MOST_MARKS,
    MOST_POINTS,
    Arrow,
    Box,
    Ellipse,
    Extent,
    Freehand,
    InvalidMarks,
    Mark,
    Point,
    Redact,
    Text,
    as_json,
    parse_marks,
)

ARROW = {"kind": "arrow", "from": [0.1, 0.2], "to": [0.5, 0.5], "color": "#d4351c"}
BOX = {"kind": "box", "at": [0.1, 0.2], "size": [0.3, 0.4], "color": "#00AA00"}
TEXT = {"kind": "text", "at": [0, 1], "text": "빈자리 缺貨 gap", "color": "#000000"}
REDACT = {"kind": "redact", "at": [0.25, 0.25], "size": [0.5, 0.5]}


def problems(data: object) -> list[str]:
    with pytest.raises(InvalidMarks) as caught:
        parse_marks(data)
    return [str(problem) for problem in caught.value.problems]


def test_every_kind_of_mark_is_read() -> None:
    ellipse = {"kind": "ellipse", "at": [0, 0], "size": [1, 1], "color": "#123456"}
    line = {"kind": "freehand", "points": [[0, 0], [0.5, 1]], "color": "#123456"}
    assert parse_marks([ARROW, BOX, ellipse, line, TEXT, REDACT]) == (
        Arrow(Point(0.1, 0.2), Point(0.5, 0.5), "#d4351c"),
        Box(Point(0.1, 0.2), Extent(0.3, 0.4), "#00AA00"),
        Ellipse(Point(0, 0), Extent(1, 1), "#123456"),
        Freehand((Point(0, 0), Point(0.5, 1)), "#123456"),
        Text(Point(0, 1), "빈자리 缺貨 gap", "#000000"),
        Redact(Point(0.25, 0.25), Extent(0.5, 0.5)),
    )


def test_a_photo_without_marks_is_fine() -> None:
    assert parse_marks([]) == ()


def test_all_problems_come_at_once_each_with_its_path() -> None:
    assert problems(
        [
            {**ARROW, "to": [1.5, "x"]},
            BOX,
            {**BOX, "at": [-0.1, 0.2], "color": "red"},
            {"kind": "circle"},
            "a mark",
            {"kind": "redact", "at": [0, 0], "opacity": 0.5},
        ]
    ) == [
        "marks[0].to[0]: must be between 0 and 1",
        "marks[0].to[1]: must be a number",
        "marks[2].at[0]: must be between 0 and 1",
        "marks[2].color: must be a colour like #d4351c",
        "marks[3].kind: must be one of arrow, box, ellipse, freehand, text, redact",
        "marks[4]: must be an object",
        "marks[5].opacity: is not a field of redact",
        "marks[5].size: is missing",
    ]


def test_paths_begin_where_the_caller_says() -> None:
    with pytest.raises(InvalidMarks, match=r"photos\[3\].marks\[0\].kind"):
        parse_marks([{}], path="photos[3].marks")


@pytest.mark.parametrize("data", [None, {}, "marks", 7])
def test_marks_must_be_a_list(data: object) -> None:
    assert problems(data) == ["marks: must be a list"]


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -0.001, 1.001, 10**400])
def test_a_coordinate_outside_the_picture_is_refused(number: float) -> None:
    assert problems([{**ARROW, "from": [number, 0]}]) == [
        "marks[0].from[0]: must be between 0 and 1"
    ]


@pytest.mark.parametrize("value", [True, "0.5", None, [0.5]])
def test_a_coordinate_must_be_a_number(value: object) -> None:
    assert problems([{**ARROW, "from": [0, value]}]) == ["marks[0].from[1]: must be a number"]


@pytest.mark.parametrize("value", [None, 0.5, [0.5], [0.1, 0.2, 0.3], {"x": 0, "y": 0}])
def test_a_point_must_be_two_numbers(value: object) -> None:
    assert problems([{**TEXT, "at": value}]) == ["marks[0].at: must be a list of two numbers"]


@pytest.mark.parametrize("kind", ["box", "ellipse"])
def test_a_rectangle_ends_inside_the_picture(kind: str) -> None:
    assert problems([{**BOX, "kind": kind, "at": [0.8, 0.2]}]) == [
        "marks[0].size[0]: must end inside the picture (at most 0.2)"
    ]


def test_a_rectangle_that_rounding_pushed_over_the_edge_is_taken() -> None:
    assert parse_marks([{**REDACT, "at": [0.7, 0.1], "size": [0.3 + 1e-9, 0.9]}])


@pytest.mark.parametrize("color", ["#fff", "d4351c", "#d4351g", "#d4351c ", "", None, 0])
def test_a_colour_has_six_hex_digits(color: object) -> None:
    assert problems([{**BOX, "color": color}]) == ["marks[0].color: must be a colour like #d4351c"]


def test_fifty_marks_are_taken_and_fifty_one_are_not() -> None:
    assert len(parse_marks([REDACT] * MOST_MARKS)) == 50
    assert problems([REDACT] * (MOST_MARKS + 1)) == ["marks: must be at most 50 marks, not 51"]


@pytest.mark.parametrize("count", [0, 1, MOST_POINTS + 1])
def test_a_line_has_two_to_five_hundred_points(count: int) -> None:
    line = {"kind": "freehand", "points": [[0.5, 0.5]] * count, "color": "#000000"}
    assert problems([line]) == ["marks[0].points: must be a list of 2 to 500 points"]
    assert parse_marks([{**line, "points": [[0.5, 0.5]] * MOST_POINTS}])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must be a text that is not empty"),
        (" \n", "must be a text that is not empty"),
        (5, "must be a text that is not empty"),
        ("x" * (LONGEST_TEXT + 1), "must be at most 200 characters, not 201"),
        ("a\0b", "must not contain control characters"),
        ("a\x1b[31m", "must not contain control characters"),
        ("half an emoji \ud83d", "must not contain control characters"),
        ("no character \uffff", "must not contain control characters"),
    ],
)
def test_a_text_that_cannot_be_drawn_is_refused(text: object, message: str) -> None:
    assert problems([{**TEXT, "text": text}]) == [f"marks[0].text: {message}"]


def test_a_text_may_have_two_hundred_characters_and_lines() -> None:
    text = "가\n" * (LONGEST_TEXT // 2)
    assert parse_marks([{**TEXT, "text": text}]) == (Text(Point(0, 1), text, "#000000"),)


fractions = st.floats(0, 1)
points = st.builds(Point, fractions, fractions)
colors = st.from_regex(r"#[0-9a-fA-F]{6}", fullmatch=True)
halves = st.floats(0, 0.5)
corners = st.builds(Point, halves, halves)
extents = st.builds(Extent, halves, halves)
texts = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"),
    min_size=1,
    max_size=LONGEST_TEXT,
).filter(str.strip)
marks: st.SearchStrategy[Mark] = st.one_of(
    st.builds(Arrow, points, points, colors),
    st.builds(Box, corners, extents, colors),
    st.builds(Ellipse, corners, extents, colors),
    st.builds(Freehand, st.lists(points, min_size=2, max_size=20).map(tuple), colors),
    st.builds(Text, points, texts, colors),
    st.builds(Redact, corners, extents),
)
anything: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
nearly_marks = st.lists(
    st.fixed_dictionaries(
        {"kind": st.sampled_from(["arrow", "box", "ellipse", "freehand", "text", "redact"])},
        optional={
            name: anything | st.lists(fractions, min_size=2, max_size=2)
            for name in ("from", "to", "at", "size", "points", "text", "color")
        },
    ),
    max_size=4,
)


@given(st.lists(marks, max_size=MOST_MARKS).map(tuple))
def test_what_is_written_as_json_reads_back_the_same(written: tuple[Mark, ...]) -> None:
    assert parse_marks(json.loads(json.dumps(as_json(written)))) == written


@given(anything | nearly_marks)
def test_no_json_makes_the_reader_fall_over(data: object) -> None:
    try:
        assert parse_marks(as_json(parse_marks(data))) == parse_marks(data)
    except InvalidMarks as error:
        assert error.problems  # noqa: PT017 - either outcome is right, a third is not
