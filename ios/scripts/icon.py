#!/usr/bin/env python3
"""Draws the app's icon, with Pillow: the mark of the Android app (android/app/src/main/res/drawable/ic_mark.xml) on its ground.

To be run when the mark changes; what it draws is committed.
"""

import pathlib

from PIL import Image, ImageDraw

OUT = pathlib.Path(__file__).resolve().parent.parent / "App/Resources/Assets.xcassets/AppIcon.appiconset/icon.png"
GROUND, MARK = "#0A3A7E", "#FFFFFF"
SIZE, FINER = 1024, 4
# Of its 108 units Android shows the inner 72; here they are those around the mark.
LEFT, TOP, SHOWN = 22, 19, 72
SCALE = SIZE * FINER / SHOWN


def at(x, y):
    return (x - LEFT) * SCALE, (y - TOP) * SCALE


def line(draw, width, *points):
    """A line with round ends and corners."""
    places = [at(*point) for point in points]
    draw.line(places, fill=MARK, width=round(width * SCALE))
    for x, y in places:
        half = width * SCALE / 2
        draw.ellipse((x - half, y - half, x + half, y + half), fill=MARK)


image = Image.new("RGB", (SIZE * FINER, SIZE * FINER), GROUND)
draw = ImageDraw.Draw(image)
page = [(38, 28), (62, 28), (74, 40), (74, 56), (69, 56), (69, 43), (59, 43), (59, 33), (41, 33), (41, 75), (55, 75), (55, 80)]
draw.polygon([at(*point) for point in [*page, (38, 80), (36, 78), (36, 30)]], fill=MARK)
for x, y in [(38, 30), (38, 78)]:
    draw.ellipse((*at(x - 2, y - 2), *at(x + 2, y + 2)), fill=MARK)
for y, width in [(46, 8), (55, 14), (64, 8)]:
    line(draw, 4, (46, y), (46 + width, y))
draw.ellipse((*at(68 - 12.5, 70 - 12.5), *at(68 + 12.5, 70 + 12.5)), fill=MARK)
draw.ellipse((*at(68 - 7.5, 70 - 7.5), *at(68 + 7.5, 70 + 7.5)), fill=GROUND)
line(draw, 4, (64, 70), (67.5, 73.5), (73, 67))
image.resize((SIZE, SIZE), Image.Resampling.LANCZOS).save(OUT, optimize=True)
