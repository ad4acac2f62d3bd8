"""Shelf scenes: a bay with gaps, the rail with a missing label, a label close by, a promotion."""

from __future__ import annotations

from auditapi.demo.canvas import BLEED_X, HEIGHT, WIDTH, Canvas, Color, Rectangle, shade
from auditapi.demo.goods import COLORS, NAMES, PACKAGES, carton, names_for

_STEEL: Color = (222, 222, 218)
_BACK: Color = (186, 184, 178)
_LEFT, _RIGHT = -BLEED_X, WIDTH + BLEED_X


def price(canvas: Canvas) -> str:
    """A price as shops write it, in a currency without decimals."""
    return f"{canvas.random.randrange(19, 129) * 100 - 20:,}"


def price_label(
    canvas: Canvas,
    x: float,
    y: float,
    width: float,
    height: float,
    amount: str,
    *,
    offer: bool = False,
) -> None:
    """A shelf label: name line, price, unit price, bars."""
    paper = (250, 226, 70) if offer else (250, 249, 244)
    canvas.box(x + 2, y + 3, width, height, (120, 118, 112), 3)
    canvas.box(x, y, width, height, paper, 3)
    ink = (190, 30, 30) if offer else (25, 25, 28)
    canvas.text(x + width * 0.94, y + height * 0.6, amount, height * 0.5, ink, "rm", 1)
    canvas.box(x + width * 0.06, y + height * 0.12, width * 0.5, height * 0.08, (130, 130, 130))
    at = x + width * 0.06
    while at < x + width * 0.32:
        thick = canvas.random.choice((1, 1.6, 2.4))
        canvas.box(at, y + height * 0.5, thick, height * 0.36, (40, 40, 40))
        at += thick + canvas.random.choice((1.5, 2.4, 3.2))


def _row(
    canvas: Canvas,
    y: float,
    height: float,
    gaps: list[tuple[float, float]],
    facings: tuple[int, int] = (3, 6),
    span: tuple[float, float] = (_LEFT, _RIGHT),
) -> list[tuple[float, float]]:
    """One board with goods that stand on it and end at `y`; leaves the gaps empty.

    Returns where each product's own stretch begins and ends.
    """
    chance = canvas.random
    x, stretches = span[0] - chance.uniform(0, 40), []
    while x < span[1]:
        package, ratio = chance.choice(PACKAGES)
        tall = height * chance.uniform(0.74, 0.93)
        wide = tall * ratio * chance.uniform(0.9, 1.1)
        color = chance.choice(COLORS)
        tile = package(wide, tall, chance.choice(names_for(package)), color, chance)
        back = tile.resize((round(tile.width * 0.93), round(tile.height * 0.93)))
        back = back.point([round(v * 0.45) for v in range(256)] * 3 + list(range(256)))
        begin, count = x, chance.randrange(*facings)
        for _ in range(count):
            inside = any(a - wide * 0.75 < x < b - wide * 0.25 for a, b in gaps)
            if not inside:
                canvas.paste(back, x + wide * 0.06, y - tall * 0.97)
                canvas.shadow(
                    [(x + 4, y - 5), (x + wide - 4, y - 5), (x + wide - 4, y), (x + 4, y)], 5, 0.5
                )
                canvas.paste(tile, x + chance.uniform(-1.5, 1.5), y - tall + 1)
            x += wide + chance.uniform(1, 4)
        stretches.append((begin, x))
        x += chance.uniform(4, 10)
    return stretches


def _board(canvas: Canvas, y: float, thickness: float, left: float, right: float) -> None:
    canvas.gradient(left, y, right - left, 10, [shade(_STEEL, 0.7), shade(_STEEL, 0.95)])
    canvas.gradient(left, y + 10, right - left, thickness, [_STEEL, shade(_STEEL, 0.86)])
    canvas.box(left, y + 10 + thickness, right - left, 4, shade(_STEEL, 0.45))


def _under(canvas: Canvas, y: float, depth: float) -> None:
    """The dark below a board, which makes the bay deep."""
    canvas.gradient(_LEFT, y, _RIGHT - _LEFT, depth, [(52, 50, 48), shade(_BACK, 0.78)])


def shelf_gap(canvas: Canvas) -> None:
    """A full bay with two empty places. Regions: bay, gap, second_gap, labels."""
    _bay(canvas, [[], [(620, 900)], [], [(1120, 1330)], []])
    canvas.mark("bay", 0, 0, WIDTH, HEIGHT)


def main_display(canvas: Canvas) -> None:
    """The same kind of bay, complete. Regions: bay, labels."""
    _bay(canvas, [[], [], [], [], []])
    canvas.mark("bay", 0, 0, WIDTH, HEIGHT)


def _bay(canvas: Canvas, gaps: list[list[tuple[float, float]]]) -> None:
    canvas.gradient(_LEFT, -120, _RIGHT - _LEFT, HEIGHT + 240, [shade(_BACK, 1.1), _BACK])
    for x in range(_LEFT, _RIGHT, 36):  # the holes of the back panel
        for y in range(-110, HEIGHT + 120, 36):
            canvas.ellipse(x, y, 5, 5, shade(_BACK, 0.72))
    top, pitch, rail, names = -160.0, 292.0, 44.0, iter(("gap", "second_gap"))
    for number, empty in enumerate(gaps):
        floor = top + pitch * (number + 1)
        _under(canvas, floor - pitch + rail + 14, 96)
        stretches = _row(canvas, floor, pitch - rail - 34, empty)
        _board(canvas, floor, rail, _LEFT, _RIGHT)
        for begin, end in stretches:
            amount, offer = price(canvas), canvas.random.random() < 0.15
            price_label(canvas, (begin + end) / 2 - 48, floor + 13, 96, 38, amount, offer=offer)
        for begin, end in empty:
            height = pitch - rail - 40
            canvas.mark(next(names), begin, floor - height, end - begin, height)
        if number == 2:
            canvas.mark("labels", 0, floor + 8, WIDTH, rail)
    for x in (-60, 1640):
        canvas.gradient(
            x, -120, 22, HEIGHT + 240, [(150,) * 3, (205,) * 3, (140,) * 3], sideways=True
        )


def price_labels(canvas: Canvas) -> None:
    """Two boards from near, one product without its label. Regions: missing_label, label."""
    canvas.gradient(
        _LEFT, -120, _RIGHT - _LEFT, HEIGHT + 240, [shade(_BACK, 0.9), shade(_BACK, 0.7)]
    )
    for floor, height in ((-20.0, 420.0), (560.0, 470.0), (1160.0, 480.0)):
        _under(canvas, floor - height - 30, 150)
        stretches = _row(canvas, floor, height, [], (1, 3))
        _board(canvas, floor, 92, _LEFT, _RIGHT)
        lefts: list[float] = []
        for begin, end in stretches:
            left = (begin + end) / 2 - 105
            if not lefts or left > lefts[-1] + 220:  # labels do not cover each other
                lefts.append(left)
        seen = [left for left in lefts if 60 < left < WIDTH - 270]
        for number, left in enumerate(lefts):
            y = floor + 18
            if floor == 560.0 and left == seen[0]:
                canvas.box(left, y + 2, 210, 74, shade(_STEEL, 0.8), 3)
                canvas.mark("missing_label", left - 12, y - 8, 234, 96)
                continue
            price_label(canvas, left, y, 210, 76, price(canvas), offer=number % 4 == 1)
            if floor == 560.0 and left == seen[-1]:
                canvas.mark("label", left - 6, y - 6, 222, 90)


def label_close_up(canvas: Canvas) -> None:
    """One shelf label and the product above it. Regions: price, unit_price, name, label."""
    chance = canvas.random
    canvas.gradient(_LEFT, -120, _RIGHT - _LEFT, 760, [(70, 66, 62), shade(_BACK, 0.7)])
    color, name = chance.choice(COLORS[:10]), chance.choice(NAMES)
    tile = carton(560, 760, name, color, chance)
    for x in (-330, 250, 830, 1410):
        canvas.shadow([(x, 560), (x + 560, 560), (x + 560, 596), (x, 596)], 14, 0.6)
        canvas.paste(tile, x, -170)
    _board(canvas, 590, 420, _LEFT, _RIGHT)
    canvas.gradient(_LEFT, 1020, _RIGHT - _LEFT, 300, [(40, 38, 36), (96, 92, 86)])
    label = Rectangle(330, 636, 940, 338)
    canvas.shadow(Rectangle(338, 650, 940, 338).corners, 12, 0.4)
    canvas.box(label.x, label.y, label.width, label.height, (251, 250, 245), 10)
    canvas.box(label.x, label.y, label.width, 12, (190, 40, 40), 4)
    amount = price(canvas)
    canvas.text(370, 704, f"{name}, natural", 50, anchor="lm", bold=1)
    canvas.text(370, 758, "500 g   origin: see pack", 32, (90, 90, 90), "lm")
    canvas.text(1236, 850, amount, 168, anchor="rm", bold=4)
    unit = f"100 g = {int(amount.replace(',', '')) // 5:,}"
    canvas.text(1236, 944, unit, 34, (70, 70, 70), "rm")
    at = 370.0
    while at < 640:
        thick = chance.choice((3, 3, 6, 9))
        canvas.box(at, 806, thick, 110, (25, 25, 25))
        at += thick + chance.choice((4, 6, 9))
    canvas.text(370, 942, "8 801234 500127", 26, (60, 60, 60), "lm")
    canvas.mark("label", label.x, label.y, label.width, label.height)
    canvas.mark("price", 780, 775, 470, 145)
    canvas.mark("unit_price", 930, 922, 310, 44)
    canvas.mark("name", 362, 676, 480, 58)


def promotion_sign(canvas: Canvas) -> None:
    """A stack of cartons under a sign whose last day is over. Regions: sign, end_date, stack."""
    chance = canvas.random
    canvas.gradient(_LEFT, -120, _RIGHT - _LEFT, 900, [(214, 212, 204), (190, 186, 178)])
    canvas.gradient(_LEFT, 780, _RIGHT - _LEFT, 560, [(150, 140, 126), (186, 176, 160)])
    for x in range(_LEFT, _RIGHT, 190):  # joints of the floor tiles run to the middle
        canvas.line(
            [(800 + (x - 800) * 0.55, 780), (800 + (x - 800) * 1.6, 1330)], (140, 130, 116), 2
        )
    for y in (820, 880, 970, 1100, 1280):
        canvas.line([(_LEFT, y), (_RIGHT, y)], (140, 130, 116), 2)
    color, name = chance.choice(COLORS[:9]), chance.choice(NAMES)
    tile = carton(196, 226, name, color, chance)
    canvas.shadow([(300, 1090), (1330, 1090), (1400, 1150), (260, 1150)], 26, 0.55)
    for level in range(3):
        count = 5 - level
        left = 800 - count * 100
        for place in range(count):
            y = 1120 - 226 * (level + 1)
            canvas.paste(tile, left + place * 200 + chance.uniform(-3, 3), y)
            if level:
                canvas.shadow(
                    [
                        (left + place * 200, y + 224),
                        (left + place * 200 + 196, y + 224),
                        (left + place * 200 + 196, y + 232),
                        (left + place * 200, y + 232),
                    ],
                    5,
                    0.35,
                )
    canvas.line([(800, 452), (800, 360)], (120, 120, 120), 10)
    canvas.shadow(Rectangle(508, 10, 600, 370).corners, 16, 0.4)
    canvas.box(500, -4, 600, 370, (206, 32, 40), 14)
    canvas.box(518, 14, 564, 334, (250, 222, 60), 8)
    canvas.text(800, 78, "2 + 1", 120, (196, 24, 32), bold=5)
    canvas.text(800, 186, f"{name}: buy two, get one", 44, (60, 20, 20), bold=1)
    canvas.text(800, 246, "The cheapest of three is free.", 30, (80, 40, 30))
    canvas.text(800, 304, "Until 31 October", 46, (60, 20, 20), bold=1)
    canvas.mark("sign", 500, -4, 600, 370)
    canvas.mark("end_date", 596, 272, 408, 62)
    canvas.mark("stack", 300, 442, 1000, 680)
