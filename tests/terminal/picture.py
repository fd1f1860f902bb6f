"""A picture of a screen, as a person would see it."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from wcwidth import wcswidth

from .screen import Screen

_MONO = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono{}.ttf"
_WIDE = "/usr/share/fonts/opentype/noto/NotoSansCJK-{}.ttc"
_SIZE = 16

_NAMED = {
    "black": "000000",
    "red": "cd3131",
    "green": "0dbc79",
    "brown": "e5e510",
    "blue": "2472c8",
    "magenta": "bc3fbc",
    "cyan": "11a8cd",
    "white": "e5e5e5",
    "brightblack": "666666",
    "brightred": "f14c4c",
    "brightgreen": "23d18b",
    "brightbrown": "f5f543",
    "brightblue": "3b8eea",
    "brightmagenta": "d670d6",
    "bfightmagenta": "d670d6",  # pyte's name for it as a background
    "brightcyan": "29b8db",
    "brightwhite": "ffffff",
}
_INK, _PAPER = "e5e5e5", "121212"


class NoFont(RuntimeError):
    """The picture cannot be taken on this machine; says which package is missing."""


def _font(path: str, package: str) -> ImageFont.FreeTypeFont:
    try:
        return ImageFont.truetype(path, _SIZE)
    except OSError as error:
        raise NoFont(f"no font at {path}: install {package} to take pictures") from error


class _Fonts:
    """The fonts, opened when first needed: the one for wide characters only where there are some."""

    def __init__(self) -> None:
        self._open: dict[tuple[bool, bool], ImageFont.FreeTypeFont] = {}

    def get(self, *, bold: bool, wide: bool) -> ImageFont.FreeTypeFont:
        if (bold, wide) not in self._open:
            if wide:
                font = _font(_WIDE.format("Bold" if bold else "Regular"), "fonts-noto-cjk")
            else:
                font = _font(_MONO.format("-Bold" if bold else ""), "fonts-dejavu-core")
            self._open[bold, wide] = font
        return self._open[bold, wide]


def _rgb(value: str, default: str) -> tuple[int, int, int]:
    code = default if value == "default" else _NAMED.get(value, value)
    return int(code[0:2], 16), int(code[2:4], 16), int(code[4:6], 16)


def save(screen: Screen, path: Path) -> None:
    """Write the screen as a PNG. :class:`NoFont` where a font that it needs is missing."""
    fonts = _Fonts()
    width, height = round(fonts.get(bold=False, wide=False).getlength("M")), _SIZE + 4
    image = Image.new("RGB", (screen.columns * width, screen.lines * height))
    draw = ImageDraw.Draw(image)
    for y in range(screen.lines):
        row = screen.buffer[y]
        for x, data in screen.cells(y):
            cell = row[x]
            ink, paper = _rgb(cell.fg, _INK), _rgb(cell.bg, _PAPER)
            if cell.reverse:
                ink, paper = paper, ink
            cells = 1 if data.isascii() else max(1, wcswidth(data))
            left, top, right = x * width, y * height, (x + cells) * width
            draw.rectangle((left, top, right - 1, top + height - 1), fill=paper)
            if data.strip():
                font = fonts.get(bold=bool(cell.bold), wide=cells == 2)
                # Noto stands lower on its line than DejaVu does.
                draw.text((left, top - 3 if cells == 2 else top + 1), data, font=font, fill=ink)
            if cell.underscore:
                draw.line((left, top + height - 2, right - 1, top + height - 2), fill=ink)
            if cell.strikethrough:
                draw.line((left, top + height // 2, right - 1, top + height // 2), fill=ink)
    image.save(path)
