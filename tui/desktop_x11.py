"""Own the clipboard of an X server, as a program of its own: ``python desktop_x11.py`` with the text on stdin.

In X the clipboard is whoever owns it: xclip offers what it was given as one type, while mail programs ask for
``text/html`` and editors for plain text. This serves both, for as long as nobody else copies. What it reads is a JSON
object with ``plain`` and, where there is one, ``html``. The status is 0 once the server names it as the owner; a copy
of the process then stays behind. It imports nothing of this package, so that it starts quickly.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import sys
from typing import Any

from Xlib import X, Xatom
from Xlib.display import Display
from Xlib.error import ConnectionClosedError
from Xlib.protocol.event import SelectionNotify

# A server takes 256 kB at once, and others wait meanwhile.
_PIECE = 1 << 16
# Seconds for programs that were still pasting when somebody else copied.
_LINGER = 5.0


class Clipboard:
    """The CLIPBOARD of one display, with what is offered on it. What fails on the way raises, as Xlib likes."""

    def __init__(self, plain: str, html: str | None = None, display: str | None = None) -> None:
        self.display = Display(display)
        # Whoever asks may be gone before the answer: no reason to end, or to write about it.
        self.display.set_error_handler(lambda *_: None)
        atom = self.display.intern_atom
        self._clipboard, self._targets, self._timestamp = atom("CLIPBOARD"), atom("TARGETS"), atom("TIMESTAMP")
        self._multiple, self._pair, self._incr = atom("MULTIPLE"), atom("ATOM_PAIR"), atom("INCR")
        utf8 = plain.encode()
        # Each target with the type and the bytes of the answer; those that say more come first.
        self._offers: dict[int, tuple[int, bytes]] = {}
        if html is not None:
            self._offers[atom("text/html")] = (atom("text/html"), html.encode())
        for name in ("UTF8_STRING", "text/plain;charset=utf-8", "text/plain"):
            self._offers[atom(name)] = (atom(name), utf8)
        self._offers[atom("TEXT")] = (atom("UTF8_STRING"), utf8)
        # STRING is Latin-1 by definition: better not offered than spoilt.
        with contextlib.suppress(UnicodeEncodeError):
            self._offers[Xatom.STRING] = (Xatom.STRING, plain.encode("latin-1"))
        self._sending: dict[tuple[int, int], tuple[Any, int, bytes, int]] = {}
        self._window = self.display.screen().root.create_window(
            0, 0, 1, 1, 0, X.CopyFromParent, event_mask=X.PropertyChangeMask
        )
        self._since = 0
        self._owned = False

    def take(self) -> bool:
        """Become the owner; whether the server says so."""
        # Ownership is dated, and only the server has its clock: an event of our own making tells the time.
        self._window.change_property(Xatom.WM_NAME, Xatom.STRING, 8, b"", X.PropModeAppend)
        while (event := self.display.next_event()).type != X.PropertyNotify:
            pass
        self._since = event.time
        self._window.set_selection_owner(self._clipboard, self._since)
        owner = self.display.get_selection_owner(self._clipboard)
        self._owned = owner != X.NONE and owner.id == self._window.id
        return self._owned

    def serve(self) -> None:
        """Give the text to whoever asks, until somebody else copies or the server ends."""
        try:
            while self._owned or (self._sending and self._more_within(_LINGER)):
                event = self.display.next_event()
                if event.type == X.SelectionClear:
                    self._owned = False
                elif event.type == X.SelectionRequest:
                    self._answer(event)
                elif event.type == X.PropertyNotify and event.state == X.PropertyDelete:
                    self._go_on(event.window.id, event.atom)
                elif event.type == X.DestroyNotify:
                    gone = event.window.id
                    self._sending = {key: value for key, value in self._sending.items() if key[0] != gone}
        except ConnectionClosedError:
            pass

    def _more_within(self, seconds: float) -> bool:
        return bool(self.display.pending_events() or select.select([self.display], [], [], seconds)[0])

    def _answer(self, request: Any) -> None:
        name = request.property or request.target  # old programs name no property
        if request.target == self._multiple:
            done = self._put_several(request.requestor, name)
        else:
            done = self._put(request.requestor, name, request.target)
        request.requestor.send_event(
            SelectionNotify(
                time=request.time,
                requestor=request.requestor,
                selection=request.selection,
                target=request.target,
                property=name if done else X.NONE,
            )
        )
        self.display.flush()

    def _put(self, requestor: Any, name: int, target: int) -> bool:
        """Write the answer for one target to a property of the window that asked; whether there is one."""
        if target == self._targets:
            known = [self._targets, self._timestamp, self._multiple, *self._offers]
            requestor.change_property(name, Xatom.ATOM, 32, known)
        elif target == self._timestamp:
            requestor.change_property(name, Xatom.INTEGER, 32, [self._since])
        elif target in self._offers:
            kind, data = self._offers[target]
            if len(data) <= _PIECE:
                requestor.change_property(name, kind, 8, data)
            else:
                requestor.change_attributes(event_mask=X.PropertyChangeMask | X.StructureNotifyMask)
                self._sending[requestor.id, name] = (requestor, kind, data, 0)
                requestor.change_property(name, self._incr, 32, [len(data)])
        else:
            return False
        return True

    def _put_several(self, requestor: Any, name: int) -> bool:
        asked = requestor.get_full_property(name, self._pair)
        if asked is None:
            return False
        answered: list[int] = []
        for target, where in zip(asked.value[::2], asked.value[1::2], strict=False):
            done = target != self._multiple and self._put(requestor, where, target)
            answered += [target, where if done else X.NONE]
        requestor.change_property(name, self._pair, 32, answered)
        return True

    def _go_on(self, window: int, name: int) -> None:
        """The next piece of a long text, when the last one was taken; an empty one says that it was the last."""
        if (window, name) not in self._sending:
            return
        requestor, kind, data, start = self._sending.pop((window, name))
        piece = data[start : start + _PIECE]
        if piece:
            self._sending[window, name] = (requestor, kind, data, start + len(piece))
        requestor.change_property(name, kind, 8, piece)
        self.display.flush()


def main() -> int:
    """The status for the text on standard input; in the process that stays behind, when it is no longer wanted."""
    given = json.load(sys.stdin.buffer)
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    clipboard = Clipboard(given["plain"], given.get("html"))
    if not clipboard.take():
        return 1
    if os.fork():
        os._exit(0)  # the connection is the child's now
    os.chdir("/")
    clipboard.serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
