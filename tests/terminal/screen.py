"""The screen of a terminal: what a person would see of the bytes that a program writes.

pyte keeps the cells; the reading of sequences is done here, because a real terminal also knows the ones that pyte
takes for text (private prefixes, device strings), shows a joined emoji in one place, and has a second screen.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Callable, Iterator
from typing import Any

import pyte
from pyte import modes
from wcwidth import iter_graphemes, wcswidth

BRACKETED_PASTE, MOUSE, MOUSE_SGR = 2004, 1000, 1006
"""Private modes that a program asks for."""

_SYNCHRONISED, _IN_BAND_SIZES = 2026, 2048
_ALTERNATE = frozenset({47, 1047, 1049})

_SEQUENCE = re.compile(
    r"""
    \x1b\[ (?P<prefix>[<=>?]?) (?P<numbers>[0-9;:]*) (?P<between>[ -/]*) (?P<final>[@-~])
    | \x1b\] (?P<command>[^\x07\x1b]*) (?:\x07|\x1b\\)
    | \x1b[PX^_] (?:[^\x1b]|\x1b[^\\])* \x1b\\
    | \x1b (?P<shift>[ -/]*) (?P<escape>[0-OQ-WYZ\\`-~])
    """,
    re.VERBOSE,
)
_UNFINISHED = re.compile(
    r"\x1b(?:\[[<=>?]?[0-9;:]*[ -/]*|\][^\x07\x1b]*\x1b?|[PX^_](?:[^\x1b]|\x1b[^\\])*\x1b?|[ -/]*)?\Z"
)
_TEXT = re.compile(r"[^\x00-\x1f\x7f]+")

# How many numbers each command takes; more than that is a program's mistake, which a terminal ignores.
_COMMANDS = {
    "@": ("insert_characters", 1),
    "A": ("cursor_up", 1),
    "B": ("cursor_down", 1),
    "C": ("cursor_forward", 1),
    "D": ("cursor_back", 1),
    "E": ("cursor_down1", 1),
    "F": ("cursor_up1", 1),
    "G": ("cursor_to_column", 1),
    "H": ("cursor_position", 2),
    "J": ("erase_in_display", 1),
    "K": ("erase_in_line", 1),
    "L": ("insert_lines", 1),
    "M": ("delete_lines", 1),
    "P": ("delete_characters", 1),
    "X": ("erase_characters", 1),
    "d": ("cursor_to_line", 1),
    "f": ("cursor_position", 2),
    "g": ("clear_tab_stop", 1),
    "h": ("set_mode", 16),
    "l": ("reset_mode", 16),
    "m": ("select_graphic_rendition", 64),
    "n": ("report_device_status", 1),
    "r": ("set_margins", 2),
    "s": ("save_cursor", 0),
    "u": ("restore_cursor", 0),
}


class Screen(pyte.Screen):
    """pyte's screen with grapheme clusters, whole wide characters and the alternate screen.

    ``answer`` is called with what the terminal says back to the program, ``copied`` has what it put on the clipboard
    (OSC 52), in order.
    """

    def __init__(self, columns: int, lines: int, answer: Callable[[str], object]) -> None:
        self._answer = answer
        self._normal: tuple[dict[int, Any], int, int] | None = None
        self.copied: list[str] = []
        super().__init__(columns, lines)

    def write_process_input(self, data: str) -> None:
        self._answer(data)

    def asked_for(self, mode: int) -> bool:
        """Whether the program has this private mode on."""
        return mode << 5 in self.mode

    def draw(self, data: str) -> None:
        for cluster in data if data.isascii() else iter_graphemes(data):
            width = 1 if cluster.isascii() else wcswidth(cluster)
            if width > 0:
                self._put(cluster, min(width, 2))
            elif self.cursor.x:
                line = self.buffer[self.cursor.y]
                held = line[self.cursor.x - 1]
                line[self.cursor.x - 1] = held._replace(data=held.data + cluster)

    def _put(self, cluster: str, width: int) -> None:
        if self.cursor.x + width > self.columns:
            if modes.DECAWM in self.mode:
                self.carriage_return()
                self.linefeed()
            else:
                self.cursor.x = max(0, self.columns - width)
        line, x = self.buffer[self.cursor.y], self.cursor.x
        after = x + width
        # Half a wide character is never left standing.
        if x and not line[x].data:
            line[x - 1] = line[x - 1]._replace(data=" ")
        if after < self.columns and not line[after].data:
            line[after] = line[after]._replace(data=" ")
        line[x] = self.cursor.attrs._replace(data=cluster)
        if width == 2:
            line[x + 1] = self.cursor.attrs._replace(data="")
        self.cursor.x = min(after, self.columns)

    def set_mode(self, *numbers: int, **kinds: Any) -> None:
        if "private" in kinds and _ALTERNATE.intersection(numbers) and self._normal is None:
            self._normal = dict(self.buffer), self.cursor.x, self.cursor.y
            self.buffer.clear()
        super().set_mode(*numbers, **kinds)

    def reset_mode(self, *numbers: int, **kinds: Any) -> None:
        super().reset_mode(*numbers, **kinds)
        if "private" in kinds and _ALTERNATE.intersection(numbers) and self._normal is not None:
            lines, x, y = self._normal
            self._normal = None
            self.buffer.clear()
            self.buffer.update(lines)
            self.cursor.x, self.cursor.y = min(x, self.columns), min(y, self.lines - 1)

    def cells(self, y: int) -> Iterator[tuple[int, str]]:
        """The characters of a line, each with the cell that it begins in. A wide one has two, a joined one is whole."""
        line = self.buffer[y]
        for x in range(self.columns):
            if data := line[x].data:
                yield x, data

    def line(self, y: int) -> str:
        """A line as text, without the blanks at its end."""
        return "".join(data for _, data in self.cells(y)).rstrip()

    def text(self) -> str:
        """The whole screen as text."""
        return "\n".join(self.line(y) for y in range(self.lines))

    def places(self, wanted: str) -> Iterator[tuple[int, int]]:
        """Where a text begins, as (x, y) in cells from the upper left: line by line, left to right."""
        for y in range(self.lines):
            starts = [x for x, data in self.cells(y) for _ in data]
            text = "".join(data for _, data in self.cells(y))
            at = text.find(wanted)
            while at >= 0:
                yield starts[at], y
                at = text.find(wanted, at + 1)


class Reader:
    """Feeds the bytes that a program writes to a screen, whatever way they are cut into pieces."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._held = ""
        self._last = ""

    def feed(self, data: bytes) -> None:
        """Show the bytes. A sequence that is not whole yet waits for its rest."""
        text = self._held + self._decode(data)
        self._held = ""
        at = 0
        while at < len(text):
            if run := _TEXT.match(text, at):
                self._draw(run[0])
                at = run.end()
            elif text[at] != "\x1b":
                self._control(text[at])
                at += 1
            elif sequence := _SEQUENCE.match(text, at):
                self._obey(sequence)
                at = sequence.end()
            elif _UNFINISHED.match(text, at):
                self._held = text[at:]
                return
            else:
                at += 1

    def _draw(self, run: str) -> None:
        if self._last and not run[0].isascii():
            # The piece may go on with the character that the last one ended with: both are drawn as one text.
            self.screen.cursor.x = max(0, self.screen.cursor.x - max(0, wcswidth(self._last)))
            run = self._last + run
        self.screen.draw(run)
        self._last = run[-1] if run.isascii() else list(iter_graphemes(run))[-1]

    def _control(self, character: str) -> None:
        self._last = ""
        if name := pyte.Stream.basic.get(character):
            getattr(self.screen, name)()

    def _obey(self, sequence: re.Match[str]) -> None:
        last, self._last = self._last, ""
        if sequence["final"]:
            self._command(sequence, last)
        elif sequence["command"] is not None:
            self._system(sequence["command"])
        elif not sequence["shift"] and (name := pyte.Stream.escape.get(sequence["escape"] or "")):
            getattr(self.screen, name)()

    def _command(self, sequence: re.Match[str], last: str) -> None:
        prefix, numbers, between, final = sequence.group("prefix", "numbers", "between", "final")
        if ":" in numbers:
            return
        values = [min(int(number or 0), 9999) for number in numbers.split(";")]
        match prefix, between, final:
            case "?", "", "h":
                self.screen.set_mode(*values, private=True)
            case "?", "", "l":
                self.screen.reset_mode(*values, private=True)
            case "?", "$", "p":
                # Synchronised output is known and off, sizes in band are not known: as most terminals have it.
                state = {_SYNCHRONISED: 2, _IN_BAND_SIZES: 0}.get(values[0])
                if state is not None:
                    self.screen.write_process_input(f"\x1b[?{values[0]};{state}$y")
            case "", "", "c":
                self.screen.write_process_input("\x1b[?62;22c")
            case "", "", "b":
                self._draw(last * max(1, values[0])) if last else None
            case "", "", _ if final in _COMMANDS:
                name, most = _COMMANDS[final]
                getattr(self.screen, name)(*(values[:most] if numbers else ()))

    def _system(self, command: str) -> None:
        number, _, rest = command.partition(";")
        if number in ("0", "2"):
            self.screen.set_title(rest)
        elif number == "52":
            text = rest.partition(";")[2]
            try:
                self.screen.copied.append(base64.b64decode(text, validate=True).decode())
            except (binascii.Error, UnicodeDecodeError):
                return  # a question ("?"), or what no terminal would put on its clipboard
