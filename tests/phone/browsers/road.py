"""The road that every browser must go: sign in, fill in an item, take a photo, mark it, reload,
still there, send, receipt. One step is a list: what to do, then a selector, a text that the
element must hold (or be given), as `STEPS` shows. `find.js` finds the element in each of them."""

from __future__ import annotations

from pathlib import Path

from tests.phone.people import AUDIT

Step = list[str]

#: JavaScript `(selector, text) => element or null`: the first that is shown and holds the text.
FIND = (Path(__file__).parent / "find.js").read_text(encoding="utf-8")

#: `["go", address]`, `["reload"]`, `["see" | "click", selector, text]`, `["fill", selector, text]`,
#: `["upload", selector, file]`, `["draw", selector, ""]`: one finger over the middle of it.
STEPS: list[Step] = [
    ["go", ""],
    ["fill", "[name=organisation]", "demo"],
    ["fill", "[name=email]", "cleo@demo.example"],
    ["fill", "[name=password]", "correct horse"],
    ["click", "button.primary", "Sign in"],
    ["see", "h2", "To do"],
    ["see", ".dot.done", ""],
    ["go", f"#/assignment/{AUDIT}"],
    ["click", "button.primary", "Open the form"],
    ["click", "#item-A1 label", "Yes"],
    ["click", "#item-A3 [aria-label='One more']", ""],
    ["click", "#item-A4 .big.good", ""],
    ["fill", "#item-A5 input", "42"],
    ["click", "#item-A6 label", "point 4"],
    ["click", "nav button", "Next"],
    ["click", "#item-B1 label", "Dry"],
    ["fill", "#item-B3 input[type=number]", "12000"],
    ["upload", "#item-B5 input[capture]", "PHOTO"],
    ["click", "#item-B5 .thumb", ""],
    ["see", ".frame .marks", ""],
    ["click", "[aria-label='Box']", ""],
    ["draw", ".frame", ""],
    ["see", ".frame .marks rect", ""],
    ["see", ".editor", ""],
    ["reload"],
    ["see", ".frame .marks rect", ""],
    ["click", "header a", ""],
    ["see", "#item-B5 .thumb img", ""],
    ["see", "#item-B5 .thumb rect", ""],
    ["click", "nav button", "Review and send"],
    ["see", "main", "Everything is there."],
    ["click", ".bottom button", "Send"],
    ["see", ".notice", "The server has everything"],
    ["see", ".receipt", "1 of 1 photos on the server"],
]


def with_photo(photo: Path) -> list[Step]:
    """The road, with the file that the camera gives."""
    return [[str(photo) if part == "PHOTO" else part for part in step] for step in STEPS]
