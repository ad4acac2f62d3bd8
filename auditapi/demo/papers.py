"""Paper scenes: a receipt with the card covered, and the board with the return conditions."""

from __future__ import annotations

from auditapi.demo.canvas import BLEED_X, HEIGHT, WIDTH, Canvas, Color, Rectangle, shade
from auditapi.demo.goods import NAMES

_LEFT, _RIGHT = -BLEED_X, WIDTH + BLEED_X
_INK: Color = (52, 50, 56)

_RETURNS = """Within 30 days of purchase,
with the receipt, unused and
in the original packaging.

Refund in the way you paid.
Food and opened cosmetics
cannot be returned.

Faulty goods: repair, new one
or money back, as you choose.

Ask any employee."""
_COMPLAINTS = """Praise, ideas, complaints:
box beside the entrance
or 0000 123 456
or by the code

We answer within 3 days."""


def receipt(canvas: Canvas) -> None:
    """A receipt on a table, a card half under a slip of paper. Regions: total, date, card."""
    chance = canvas.random
    _table(canvas)
    x, y, width, height = 300.0, -40.0, 560.0, 1190.0
    canvas.shadow(Rectangle(x + 12, y + 16, width, height).corners, 16, 0.5)
    canvas.gradient(x, y, width, height, [(246, 245, 240), (238, 236, 230), (248, 247, 242)])
    middle = x + width / 2
    canvas.text(middle, 40, "HANBIT MARKET", 50, _INK, bold=1.5)
    canvas.text(middle, 92, "Store 104  ·  Till 2", 28, _INK)
    hour, minute = chance.randrange(10, 20), chance.randrange(10, 60)
    date = f"2026-11-{chance.randrange(1, 21):02}  {hour}:{minute}"
    canvas.text(middle, 134, date, 30, _INK)
    canvas.line([(x + 30, 176), (x + width - 30, 176)], _INK, 2)
    total = 0
    for number, name in enumerate(chance.sample(NAMES, 7)):
        count, each = chance.choice((1, 1, 1, 2, 3)), chance.randrange(9, 99) * 100 - 20
        row = 220 + number * 62
        total += count * each
        canvas.text(x + 36, row, name, 32, _INK, "lm")
        canvas.text(x + 350, row, f"{count} x", 28, _INK, "rm")
        canvas.text(x + width - 36, row, f"{count * each:,}", 32, _INK, "rm")
    canvas.line([(x + 30, 660), (x + width - 30, 660)], _INK, 2)
    canvas.text(x + 36, 712, "TOTAL", 50, _INK, "lm", 1.5)
    canvas.text(x + width - 36, 712, f"{total:,}", 56, _INK, "rm", 2)
    canvas.text(x + 36, 776, "of this VAT", 28, _INK, "lm")
    canvas.text(x + width - 36, 776, f"{round(total / 11):,}", 28, _INK, "rm")
    canvas.text(x + 36, 824, "Card  **** **** **** ****", 28, _INK, "lm")
    at = x + 90
    while at < x + width - 90:
        thick = chance.choice((3, 3, 5, 8))
        canvas.box(at, 880, thick, 110, _INK)
        at += thick + chance.choice((3, 5, 8))
    canvas.text(middle, 1040, "Returns within 30 days with this receipt", 24, _INK)
    canvas.text(middle, 1082, "Thank you!", 40, _INK, bold=1)
    _covered_card(canvas)
    canvas.mark("total", x + 24, 678, width - 48, 70)
    canvas.mark("date", x + 110, 112, width - 220, 44)
    canvas.mark("card", 930, 500, 560, 420)


def _table(canvas: Canvas) -> None:
    """Wooden boards."""
    chance = canvas.random
    for number in range(7):
        y, wood = -120 + number * 210, shade((168, 126, 86), chance.uniform(0.9, 1.08))
        canvas.gradient(_LEFT, y, _RIGHT - _LEFT, 208, [wood, shade(wood, 0.94)])
        for _ in range(16):
            grain, slope = y + chance.uniform(6, 200), chance.uniform(-5, 5)
            begin = chance.uniform(_LEFT, 1200)
            canvas.line(
                [(begin, grain), (begin + 300, grain + slope), (begin + 640, grain)],
                shade(wood, chance.uniform(0.86, 0.95)),
                1.6,
            )
        canvas.box(_LEFT, y + 206, _RIGHT - _LEFT, 4, shade(wood, 0.5))


def _covered_card(canvas: Canvas) -> None:
    canvas.shadow(Rectangle(968, 552, 520, 330).corners, 12, 0.5)
    canvas.box(960, 540, 520, 330, (44, 74, 128), 26)
    canvas.gradient(986, 612, 84, 64, [(226, 196, 120), (180, 146, 76)])
    canvas.text(1450, 584, "BANK CARD", 34, (220, 228, 240), "rm")
    slip = ((926.0, 690.0), (1500.0, 664.0), (1516.0, 800.0), (938.0, 826.0))
    canvas.shadow(slip, 10, 0.5)
    canvas.polygon(slip, (250, 236, 150))
    canvas.text(1220, 746, "covered", 44, (120, 104, 50))


def notice_board(canvas: Canvas) -> None:
    """Return conditions and where to complain. Regions: returns, complaints, torn."""
    chance = canvas.random
    canvas.gradient(_LEFT, -120, _RIGHT - _LEFT, HEIGHT + 240, [(214, 216, 212), (190, 192, 188)])
    canvas.shadow(Rectangle(110, 80, 1400, 1050).corners, 22, 0.5)
    canvas.box(96, 60, 1408, 1050, (110, 78, 48), 8)
    canvas.box(126, 90, 1348, 990, (198, 158, 108))
    for _ in range(1500):  # cork
        x, y = chance.uniform(130, 1462), chance.uniform(94, 1070)
        size = chance.uniform(2, 8)
        canvas.ellipse(
            x, y, size, size * 0.7, shade((198, 158, 108), chance.choice((0.84, 0.92, 1.08)))
        )
    _sheet(canvas, Rectangle(190, 140, 640, 800), "Returns and exchange", _RETURNS)
    _sheet(canvas, Rectangle(900, 140, 500, 500), "Tell us", _COMPLAINTS)
    _code(canvas, 1262, 388, 104)
    canvas.shadow([(930, 690), (1330, 690), (1330, 1010), (930, 1010)], 10, 0.4)
    canvas.polygon(
        [
            (920, 680),
            (1330, 672),
            (1340, 900),
            (1240, 930),
            (1200, 1000),
            (1110, 960),
            (1030, 1010),
            (926, 980),
        ],
        (238, 226, 190),
    )
    canvas.text(1126, 750, "Summer sale", 60, (150, 60, 40), bold=1)
    canvas.text(1126, 820, "until 31 August", 42, (120, 90, 60))
    canvas.ellipse(1112, 676, 24, 24, (196, 40, 40))
    canvas.mark("returns", 190, 140, 640, 800)
    canvas.mark("complaints", 900, 140, 500, 500)
    canvas.mark("torn", 916, 668, 430, 346)


def _sheet(canvas: Canvas, place: Rectangle, title: str, text: str) -> None:
    x, y, width = place.x, place.y, place.width
    canvas.shadow(Rectangle(x + 8, y + 10, width, place.height).corners, 10, 0.4)
    canvas.gradient(x, y, width, place.height, [(251, 250, 246), (242, 241, 236)])
    canvas.box(x, y, width, 104, (36, 76, 120))
    canvas.text(x + width / 2, y + 54, title, 54, (248, 248, 244), bold=1)
    for number, line in enumerate(text.splitlines()):
        canvas.text(x + 36, y + 160 + number * 52, line, 38, (44, 44, 48), "lm")
    for pin in (x + 24, x + width - 48):
        canvas.ellipse(pin, y + 8, 24, 24, (196, 40, 40))
        canvas.ellipse(pin + 5, y + 11, 8, 8, (240, 130, 120))


def _code(canvas: Canvas, x: float, y: float, size: float) -> None:
    """Something like a square code; it leads nowhere."""
    cell = size / 17
    canvas.box(x - cell, y - cell, size + 2 * cell, size + 2 * cell, (252, 252, 250))
    for row in range(17):
        for column in range(17):
            if canvas.random.random() < 0.48:
                canvas.box(x + column * cell, y + row * cell, cell, cell, (24, 24, 26))
    for column, row in ((0, 0), (12, 0), (0, 12)):
        left, top = x + column * cell, y + row * cell
        canvas.box(left, top, 5 * cell, 5 * cell, (24, 24, 26))
        canvas.box(left + cell, top + cell, 3 * cell, 3 * cell, (252, 252, 250))
        canvas.box(left + 1.7 * cell, top + 1.7 * cell, 1.7 * cell, 1.7 * cell, (24, 24, 26))
