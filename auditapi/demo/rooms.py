"""Room scenes: the entrance, an emergency exit with goods before it, the till, a fitting room."""

from __future__ import annotations

from PIL import Image

from auditapi.demo.canvas import (
    BLEED_X,
    HEIGHT,
    SCALE,
    WIDTH,
    Canvas,
    Color,
    Rectangle,
    gradient,
    mix,
    shade,
)
from auditapi.demo.goods import COLORS, NAMES

_LEFT, _RIGHT = -BLEED_X, WIDTH + BLEED_X
_TOP, _BOTTOM = -120, HEIGHT + 120
_WHITE: Color = (244, 243, 238)


def _wall_and_floor(canvas: Canvas, edge: float, wall: Color, floor: Color, tiles: float) -> None:
    """A wall down to `edge` and a tiled floor that runs to a point behind it."""
    canvas.gradient(_LEFT, _TOP, _RIGHT - _LEFT, edge - _TOP, [shade(wall, 0.9), wall])
    canvas.gradient(_LEFT, edge, _RIGHT - _LEFT, _BOTTOM - edge, [shade(floor, 0.82), floor])
    joint = shade(floor, 0.74)
    for number in range(-14, 15):
        x = 800 + number * tiles
        canvas.line([(800 + number * tiles * 0.5, edge), (x * 1.9 - 720, _BOTTOM)], joint, 2)
    y, step = edge, 26.0
    while y < _BOTTOM:
        canvas.line([(_LEFT, y), (_RIGHT, y)], joint, 2)
        y, step = y + step, step * 1.42
    canvas.box(_LEFT, edge - 22, _RIGHT - _LEFT, 24, shade(wall, 0.62))


def entrance(canvas: Canvas) -> None:
    """A shop front with its name, glass doors and opening hours. Regions: sign, hours, door."""
    chance = canvas.random
    front = chance.choice(((70, 84, 92), (96, 78, 66), (62, 88, 78), (110, 106, 100)))
    _wall_and_floor(canvas, 1010, front, (158, 154, 148), 150)
    for y in range(_TOP, 960, 44):
        canvas.line([(_LEFT, y), (_RIGHT, y)], shade(front, 0.86), 3)
    color = chance.choice(COLORS[:9])
    canvas.shadow(Rectangle(190, 40, 1240, 190).corners, 16, 0.5)
    canvas.gradient(180, 20, 1240, 190, [shade(color, 1.12), shade(color, 0.86)])
    name = chance.choice(("Hanbit Market", "Daon Mart", "Sorae Store", "Nuri Market"))
    canvas.text(800, 112, name, 118, _WHITE, bold=3)
    canvas.text(800, 188, "fresh  ·  home  ·  every day", 30, _WHITE)
    for x, width in ((60, 400), (480, 310), (810, 310), (1140, 400)):
        _pane(canvas, x, 270, width, 720)
    for x in (770, 822):
        canvas.box(x, 560, 10, 190, (212, 214, 216), 5)
    canvas.text(560, 330, "PUSH", 30, (230, 235, 238))
    canvas.gradient(470, 990, 660, 40, [(60, 62, 64), (34, 36, 38)])
    _hours(canvas, 1180, 480)
    canvas.mark("sign", 180, 20, 1240, 190)
    canvas.mark("hours", 1170, 470, 330, 340)
    canvas.mark("door", 480, 270, 640, 720)


def _pane(canvas: Canvas, x: float, y: float, width: float, height: float) -> None:
    """Glass in a frame: dim shelves behind it, the sky in front."""
    chance = canvas.random
    canvas.box(x - 12, y - 12, width + 24, height + 24, (48, 50, 54))
    canvas.gradient(x, y, width, height, [(126, 138, 140), (96, 100, 96), (66, 66, 60)])
    for level in range(3):
        floor = y + 250 + level * 190
        at = x + 10
        while at < x + width - 60:
            wide, tall = chance.uniform(30, 56), chance.uniform(70, 130)
            tint = mix(chance.choice(COLORS), (104, 108, 104), 0.55)
            canvas.gradient(at, floor - tall, wide, tall, [tint, shade(tint, 0.8)])
            at += wide + chance.uniform(3, 14)
        canvas.box(x, floor, width, 9, (150, 150, 144))
    for offset in (0.12, 0.62):  # reflections
        left = x + width * offset
        sheen = Image.new(
            "RGBA", (round(width * 0.3 * SCALE), round(height * SCALE)), (235, 242, 246, 38)
        )
        canvas.warp(
            sheen,
            (
                (left + 60, y),
                (left + width * 0.2 + 60, y),
                (left + width * 0.16, y + height),
                (left, y + height),
            ),
        )
    canvas.box(x, y + height - 60, width, 60, (58, 60, 64))


def _hours(canvas: Canvas, x: float, y: float) -> None:
    canvas.box(x, y, 310, 320, (250, 250, 246), 8)
    canvas.box(x, y, 310, 64, (36, 66, 110), 8)
    canvas.text(x + 155, y + 33, "Opening hours", 36, _WHITE, bold=1)
    lines = (
        ("Mon - Fri", "09:00 - 21:00"),
        ("Saturday", "09:00 - 20:00"),
        ("Sunday", "10:00 - 18:00"),
    )
    for number, (day, time) in enumerate(lines):
        canvas.text(x + 18, y + 104 + number * 50, day, 27, anchor="lm")
        canvas.text(x + 292, y + 104 + number * 50, time, 27, anchor="rm")
    canvas.line([(x + 18, y + 240), (x + 292, y + 240)], (170, 170, 170), 2)
    canvas.text(x + 155, y + 264, "Questions? Call us:", 23, (80, 80, 80))
    canvas.text(x + 155, y + 295, "0000 123 456", 30, bold=1)


def exit_blocked(canvas: Canvas) -> None:
    """An emergency exit behind cartons and a pallet. Regions: exit_sign, boxes, door."""
    chance = canvas.random
    _wall_and_floor(canvas, 880, (206, 204, 196), (170, 166, 158), 170)
    canvas.box(508, 150, 584, 730, (120, 122, 124))
    canvas.gradient(524, 166, 552, 714, [(190, 196, 196), (164, 170, 172)], sideways=True)
    canvas.line([(800, 166), (800, 880)], (110, 114, 116), 5)
    for x in (548, 824):
        canvas.box(x, 246, 228, 150, (116, 132, 140), 6, (90, 96, 100))
        canvas.line([(x + 20, 380), (x + 120, 262)], (160, 176, 182), 8)
        canvas.box(x - 6, 560, 240, 26, (186, 46, 40), 12)
    canvas.glow(420, -60, 760, 330, (190, 255, 210))
    canvas.box(620, 20, 360, 112, (16, 128, 70), 8, (220, 240, 226))
    canvas.text(868, 76, "EXIT", 76, _WHITE, bold=2)
    _running_figure(canvas, 690, 76)
    _boxes(canvas)
    canvas.box(1240, 380, 92, 130, (196, 36, 32), 6)  # the fire call point's cabinet
    canvas.box(1256, 398, 60, 60, _WHITE, 4)
    canvas.text(1286, 486, "FIRE", 26, _WHITE, bold=1)
    left = 330 + chance.uniform(-20, 20)
    canvas.mark("exit_sign", 612, 12, 376, 128)
    canvas.mark("boxes", left, 500, 960, 600)
    canvas.mark("door", 508, 150, 584, 730)


def _running_figure(canvas: Canvas, x: float, y: float) -> None:
    canvas.ellipse(x + 6, y - 42, 20, 20, _WHITE)
    for limb in (
        [(12, -18), (-4, 14)], [(12, -16), (34, -4)], [(10, -14), (-16, -10)],
        [(-4, 12), (18, 24), (14, 44)], [(-4, 12), (-22, 24), (-38, 22)],
    ):  # fmt: skip
        canvas.line([(x + a, y + b) for a, b in limb], _WHITE, 9)


def _boxes(canvas: Canvas) -> None:
    """A pallet with cartons, and two beside it."""
    chance = canvas.random
    canvas.shadow([(330, 1040), (1300, 1020), (1360, 1110), (300, 1130)], 26, 0.6)
    for x in (380, 620, 850):
        canvas.box(x, 1040, 60, 56, (120, 88, 54))
    canvas.gradient(360, 1018, 580, 26, [(176, 138, 92), (140, 106, 68)])
    canvas.gradient(360, 1090, 580, 18, [(150, 114, 74), (110, 82, 50)])
    for x, y, width, height in (
        (366, 800, 290, 218), (662, 790, 276, 228), (390, 590, 270, 210), (668, 560, 240, 230),
        (980, 830, 280, 250), (1010, 650, 220, 180),
    ):  # fmt: skip
        _cardboard(canvas, x + chance.uniform(-8, 8), y, width, height)


def _cardboard(canvas: Canvas, x: float, y: float, width: float, height: float) -> None:
    chance = canvas.random
    brown = shade((190, 148, 100), chance.uniform(0.9, 1.1))
    depth = 46.0
    canvas.polygon(
        [(x, y), (x + 34, y - depth), (x + width + 34, y - depth), (x + width, y)],
        shade(brown, 1.14),
    )
    canvas.polygon(
        [
            (x + width, y),
            (x + width + 34, y - depth),
            (x + width + 34, y + height - depth * 0.8),
            (x + width, y + height),
        ],
        shade(brown, 0.68),
    )
    canvas.gradient(x, y, width, height, [brown, shade(brown, 0.86)])
    middle = x + width / 2
    canvas.box(middle - 20, y, 40, height * 0.3, shade(brown, 1.1))
    canvas.polygon(
        [(middle - 20, y), (middle + 14, y - depth), (middle + 54, y - depth), (middle + 20, y)],
        shade(brown, 1.24),
    )
    canvas.text(
        middle, y + height * 0.55, chance.choice(NAMES).upper(), 38, shade(brown, 0.42), bold=1
    )
    canvas.text(
        middle, y + height * 0.75, f"12 x {chance.choice((6, 10, 24))}", 26, shade(brown, 0.5)
    )
    canvas.line([(x, y + height - 2), (x + width, y + height - 2)], shade(brown, 0.55), 3)


def till(canvas: Canvas) -> None:
    """A queue at the one open till, people from behind. Regions: queue, till, closed_sign."""
    chance = canvas.random
    _wall_and_floor(canvas, 560, (198, 200, 198), (186, 180, 170), 160)
    for x in range(-150, 1750, 150):  # shelves far behind
        tint = mix(chance.choice(COLORS), (190, 190, 186), 0.6)
        canvas.gradient(x, 330, 142, 208, [tint, shade(tint, 0.75)])
        for y in (396, 464):
            canvas.box(x, y, 142, 7, (224, 224, 220))
    for number, x in enumerate((180, 780, 1300)):
        canvas.box(x, 60, 190, 96, (40, 92, 150), 8)
        canvas.text(x + 95, 108, str(number + 1), 74, _WHITE, bold=2)
        canvas.line([(x + 95, -120), (x + 95, 60)], (110, 110, 110), 5)
    canvas.glow(740, -20, 270, 260, (210, 255, 210))
    canvas.box(780, 60, 190, 96, (30, 138, 70), 8)
    canvas.text(875, 108, "2", 74, _WHITE, bold=2)
    _counter(canvas, 60, 640, "CLOSED")
    _counter(canvas, 760, 640, None)
    for x, floor, tall in ((1080, 860, 500), (1220, 940, 580), (1390, 1050, 690)):
        _person(canvas, x + chance.uniform(-16, 16), floor, tall)
    canvas.mark("queue", 1000, 350, 560, 720)
    canvas.mark("till", 760, 520, 300, 330)
    canvas.mark("closed_sign", 200, 560, 240, 96)


def _counter(canvas: Canvas, x: float, y: float, notice: str | None) -> None:
    canvas.shadow(
        [(x - 20, y + 300), (x + 520, y + 300), (x + 560, y + 350), (x - 40, y + 350)], 18, 0.5
    )
    canvas.polygon([(x, y), (x + 40, y - 50), (x + 500, y - 50), (x + 520, y)], (70, 72, 76))
    canvas.gradient(x, y, 520, 310, [(214, 208, 196), (170, 162, 150)])
    canvas.box(x, y, 520, 24, (52, 54, 58))
    canvas.box(x, y + 270, 520, 40, (96, 92, 86))
    canvas.box(x + 60, y - 160, 150, 104, (34, 36, 40), 8)
    canvas.gradient(x + 70, y - 150, 130, 84, [(120, 170, 200), (70, 110, 150)])
    canvas.box(x + 124, y - 58, 22, 36, (40, 42, 46))
    canvas.box(x + 300, y - 92, 56, 70, (46, 48, 52), 8)
    canvas.box(x + 307, y - 84, 42, 26, (150, 190, 160))
    if notice:
        canvas.box(x + 150, y - 70, 220, 84, (200, 40, 36), 6)
        canvas.text(x + 260, y - 28, notice, 48, _WHITE, bold=1)


def _person(canvas: Canvas, x: float, floor: float, tall: float) -> None:
    """A shape from behind, without a face."""
    chance = canvas.random
    coat = mix(chance.choice(COLORS), (52, 54, 60), 0.66)
    dark = (44, 44, 50)
    head, width = tall * 0.13, tall * 0.3
    canvas.shadow(
        [
            (x - width * 0.6, floor - 8),
            (x + width * 0.8, floor - 8),
            (x + width, floor + 18),
            (x - width * 0.6, floor + 18),
        ],
        12,
        0.6,
    )
    for side in (-1, 1):
        leg = x + side * width * 0.2
        canvas.polygon(
            [
                (leg - width * 0.17, floor - tall * 0.48),
                (leg + width * 0.17, floor - tall * 0.48),
                (leg + width * 0.12, floor),
                (leg - width * 0.12, floor),
            ],
            dark,
        )
        canvas.box(leg - width * 0.17, floor - 16, width * 0.34, 18, (30, 28, 28), 8)
        arm = x + side * width * 0.5
        canvas.line(
            [
                (arm - side * 8, floor - tall * 0.78),
                (arm + side * 10, floor - tall * 0.6),
                (arm + side * 2, floor - tall * 0.44),
            ],
            shade(coat, 0.8),
            width * 0.2,
        )
    top = floor - tall * 0.83
    tile = gradient(
        (max(8, round(width * SCALE)), max(8, round(tall * 0.42 * SCALE))),
        [shade(coat, 0.8), shade(coat, 1.2), coat, shade(coat, 0.7)],
        sideways=True,
    )
    canvas.warp(
        tile,
        (
            (x - width * 0.46, top),
            (x + width * 0.46, top),
            (x + width * 0.52, top + tall * 0.42),
            (x - width * 0.52, top + tall * 0.42),
        ),
    )
    canvas.ellipse(x - width * 0.46, top - tall * 0.035, width * 0.92, tall * 0.09, coat)
    canvas.box(x - head * 0.3, top - tall * 0.05, head * 0.6, tall * 0.07, (150, 118, 98), 6)
    hair = chance.choice(((40, 34, 30), (70, 52, 40), (28, 26, 28), (120, 112, 106)))
    canvas.ellipse(x - head * 0.5, top - tall * 0.17, head, head * 1.2, hair)
    if chance.random() < 0.7:
        bag = chance.choice(COLORS)
        canvas.gradient(
            x + width * 0.4, floor - tall * 0.4, width * 0.44, tall * 0.2, [bag, shade(bag, 0.7)]
        )


def fitting_room(canvas: Canvas) -> None:
    """A cubicle with hangers left on the floor. Regions: floor, mirror, curtain."""
    chance = canvas.random
    _wall_and_floor(canvas, 940, (214, 204, 190), (160, 136, 108), 130)
    canvas.box(_LEFT, -20, _RIGHT - _LEFT, 26, (120, 110, 98))
    canvas.box(560, 120, 480, 800, (96, 84, 70), 6)
    canvas.gradient(580, 140, 440, 760, [(206, 214, 216), (228, 232, 230), (180, 186, 186)])
    for spots in ([(620, 880), (860, 150)], [(700, 890), (960, 160)]):
        canvas.line(spots, (240, 243, 242), 20)
    canvas.glow(420, -150, 760, 360, (255, 246, 220))
    curtain = shade(chance.choice(COLORS[3:9]), 0.85)
    for side in (-150, 1180):
        x = float(side)
        while x < side + 560:
            wide = chance.uniform(44, 70)
            canvas.gradient(
                x,
                10,
                wide,
                1040 + chance.uniform(-6, 6),
                [shade(curtain, 0.62), shade(curtain, 1.18), curtain, shade(curtain, 0.6)],
                sideways=True,
            )
            x += wide
    for x in (470, 500, 1080, 1110):
        canvas.ellipse(x, 250, 18, 18, (180, 178, 172))
    for x, color in ((430, COLORS[6]), (1096, COLORS[8])):  # clothes left on the hooks
        canvas.line([(x + 8, 262), (x + 8, 300)], (150, 148, 144), 5)
        canvas.polygon(
            [(x - 34, 330), (x + 8, 296), (x + 50, 330), (x + 62, 620), (x - 46, 620)],
            mix(color, (90, 90, 90), 0.2),
        )
    for number in range(4):
        x, y = 520 + number * 150 + chance.uniform(-30, 30), 1040 + chance.uniform(-30, 60)
        canvas.shadow(
            [(x - 70, y + 8), (x + 70, y + 8), (x + 70, y + 22), (x - 70, y + 22)], 6, 0.5
        )
        turn = chance.uniform(-20, 20)
        canvas.line(
            [(x - 76, y + turn), (x, y - 30), (x + 76, y - turn), (x - 76, y + turn)],
            (50, 48, 46),
            9,
        )
        canvas.line([(x, y - 30), (x + 4, y - 50), (x + 18, y - 54)], (150, 150, 150), 5)
    canvas.polygon(
        [(820, 1090), (960, 1050), (1040, 1100), (980, 1150), (850, 1150)],
        mix(COLORS[1], (120, 110, 100), 0.3),
    )
    canvas.polygon(
        [(850, 1120), (940, 1080), (1000, 1120), (960, 1140)], mix(COLORS[1], (200, 190, 180), 0.4)
    )
    canvas.mark("floor", 440, 970, 680, 200)
    canvas.mark("mirror", 560, 120, 480, 800)
    canvas.mark("curtain", 1180, 10, 420, 1040)
