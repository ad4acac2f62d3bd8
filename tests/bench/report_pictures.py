"""`python -m tests.bench.report_pictures`: the four pages of a report that README.md shows.

Printed by the code as it stands, of the service standard and of drawn photos, each page in
another language: the first one, the checklist, photos with marks, evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pypdfium2
from PIL import Image

from auditapi.demo.scenes import draw
from auditapi.photos.derivatives import make
from auditapi.reports.render import Renderer
from auditapi.reports.view import Language, ReportInput
from tests.factories.live import ROOT
from tests.reports import samples

FOLDER = ROOT / "docs" / "pictures"
WIDTH = 900
COLOURS = 128
POOR = {
    "A2": (2, "Two gaps on the second shelf; a delivery was due at noon, they said.",
           samples.NOTES["ko"]),
    "D1": (12, "Eight labels are missing, most of them under the new teas.",
           "가격표 여덟 개가 없습니다. 대부분 새로 들어온 차입니다."),
    "D4": ("no", "The promotion stands in front of the signs.", "행사 매대가 안내판을 가립니다."),
    "F6": ("no", "Seven boxes stand before the exit by the store room.",
           "창고 옆 비상구 앞에 상자 일곱 개가 있습니다."),
}  # fmt: skip
"""Answers to what went wrong, each with its note in English and Korean."""


@dataclass(frozen=True)
class Shot:
    """A photo of one item: which scene, what is marked on it, and what the auditor wrote."""

    item: str
    scene: str
    region: str
    caption: str
    kind: str = "box"


SHOTS = (
    Shot("A2", "shelf_gap", "gap", "음료 냉장고 둘째 칸, 빈자리 두 곳"),
    Shot("D1", "price_labels", "label", "", "ellipse"),
    Shot("D4", "promotion_sign", "sign", "행사가 끝난 안내물"),
    Shot("F6", "exit_blocked", "boxes", "비상구 앞에 상자", "arrow"),
    Shot("A7", "main_display", "", ""),
    Shot("D7", "entrance", "hours", ""),
)


def main() -> None:
    taken = [_taken(shot, number) for number, shot in enumerate(SHOTS)]
    pictures = samples.pictures_of(*(data for data, _ in taken))
    with Renderer() as renderer:
        for number, (language, wanted) in enumerate(
            (("en", "first"), ("ko", "items"), ("zh-Hant", "photos"), ("ru", "evidence")), start=1
        ):
            report = _report(language, wanted, taken)  # type: ignore[arg-type]
            page = _page(renderer.render(report, pictures), 0 if wanted == "first" else 1)
            page.save(FOLDER / f"report-{number}.png", optimize=True)
            print(f"docs/pictures/report-{number}.png", page.size)


def _taken(shot: Shot, number: int) -> tuple[bytes, tuple[Mapping[str, Any], ...]]:
    scene = draw(shot.scene, number)
    printed = make(scene.jpeg, []).print_jpeg
    if not shot.region:
        return printed, ()
    place = scene.regions.get(shot.region) or next(iter(scene.regions.values()))
    if shot.kind == "arrow":
        mark: dict[str, Any] = {"from": [0.12, 0.16], "to": list(place.middle)}
    else:
        mark = {"at": [place.x, place.y], "size": [place.width, place.height]}
    return printed, ({"kind": shot.kind, "color": "#d92d20", **mark},)


def _report(
    language: Language, wanted: str, taken: list[tuple[bytes, tuple[Mapping[str, Any], ...]]]
) -> ReportInput:
    photos = [
        samples.photo(data, item=shot.item, marks=marks, caption=shot.caption or None)
        for shot, (data, marks) in zip(SHOTS, taken, strict=True)
    ]
    given = samples.answers(samples.ANNOUNCED, bad=100)
    for key, (value, english, korean) in POOR.items():
        given[key] = {"value": value, "note": english if language == "en" else korean}
    blocks = {"first": ("findings",), "items": ("sections", "items")}.get(wanted, (wanted,))
    return samples.report(given=given, photos=photos, language=language, blocks=blocks)


def _page(pdf: bytes, number: int) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    page = document[number]
    picture: Image.Image = page.render(scale=WIDTH / page.get_width()).to_pil()
    page.close()
    document.close()
    return picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)


if __name__ == "__main__":
    main()
