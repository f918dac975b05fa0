"""Draws menu.png from menu.yml: `python -m channels.line.menu_picture FONT`."""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from channels.line.menu import PICTURE, load_menu

_GROUND = "#F4F7FA"
_CARD = "#FFFFFF"
_EDGE = "#B8C4D0"
_TEXT = "#1F4E79"
_GAP = 18
_LARGEST = 84


def draw(font_file: str) -> Image.Image:
    """Return the picture: one card an area, its label as large as all labels allow."""
    menu = load_menu().request
    picture = Image.new("RGB", (menu["size"]["width"], menu["size"]["height"]), _GROUND)
    pen = ImageDraw.Draw(picture)
    width = min(area["bounds"]["width"] for area in menu["areas"]) - 4 * _GAP
    labels = [area["action"]["label"] for area in menu["areas"]]
    size = _LARGEST
    font = ImageFont.truetype(font_file, size)
    while max(font.getlength(label) for label in labels) > width:
        size -= 2
        font = ImageFont.truetype(font_file, size)
    for area, label in zip(menu["areas"], labels, strict=True):
        x, y, w, h = (area["bounds"][name] for name in ("x", "y", "width", "height"))
        corners = (x + _GAP, y + _GAP, x + w - _GAP, y + h - _GAP)
        pen.rounded_rectangle(corners, radius=40, fill=_CARD, outline=_EDGE, width=4)
        pen.text((x + w / 2, y + h / 2), label, font=font, fill=_TEXT, anchor="mm")
    return picture.quantize(32)


def main(arguments: list[str]) -> None:
    """Write menu.png."""
    draw(arguments[0]).save(PICTURE, optimize=True)


if __name__ == "__main__":
    Path(sys.argv[1]).resolve(strict=True)
    main(sys.argv[1:])
