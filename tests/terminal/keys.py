"""The keys of a keyboard, as a terminal sends them."""

from __future__ import annotations

import re

_FINALS = {"up": "A", "down": "B", "right": "C", "left": "D", "home": "H", "end": "F"}
_FUNCTIONS = {"f1": "P", "f2": "Q", "f3": "R", "f4": "S"}
_TILDES = {
    "insert": 2, "delete": 3, "pageup": 5, "pagedown": 6,
    "f5": 15, "f6": 17, "f7": 18, "f8": 19, "f9": 20, "f10": 21, "f11": 23, "f12": 24,
}  # fmt: skip
_PLAIN = {"enter": "\r", "escape": "\x1b", "tab": "\t", "space": " ", "backspace": "\x7f", "shift+tab": "\x1b[Z"}
_ALIASES = {
    "sup": "shift+up", "sdown": "shift+down", "sleft": "shift+left", "sright": "shift+right", "stab": "shift+tab",
    "esc": "escape", "bs": "backspace", "del": "delete", "pgup": "pageup", "pgdn": "pagedown", "comma": ",",
}  # fmt: skip
_MODIFIERS = {"shift": 1, "alt": 2, "ctrl": 4}


def key_bytes(key: str) -> bytes:
    """What a terminal sends for a key: a character, or a name (``"shift+left"``, ``"ctrl+x"``, ``"f2"``, ``"delete"``).

    ``ValueError`` for a name that no key has.

    >>> key_bytes("down"), key_bytes("shift+right"), key_bytes("ctrl+x"), key_bytes("é")
    (b'\\x1b[B', b'\\x1b[1;2C', b'\\x18', b'\\xc3\\xa9')
    """
    if len(key) == 1:
        return key.encode()
    name = _ALIASES.get(key, key)
    if name in _PLAIN:
        return _PLAIN[name].encode()
    *held, base = name.split("+")
    if not set(held) <= _MODIFIERS.keys():
        raise ValueError(f"no such key: {key!r}")
    modifier = 1 + sum(_MODIFIERS[one] for one in held)
    second = f"1;{modifier}" if held else ""
    if base in _FINALS:
        return f"\x1b[{second}{_FINALS[base]}".encode()
    if base in _FUNCTIONS:
        return (f"\x1b[{second}" if held else "\x1bO").encode() + _FUNCTIONS[base].encode()
    if base in _TILDES:
        return (f"\x1b[{_TILDES[base]};{modifier}~" if held else f"\x1b[{_TILDES[base]}~").encode()
    if held == ["ctrl"] and re.fullmatch(r"[a-z@\[\\\]^_]", base):
        return bytes([ord(base.upper()) & 0x1F])
    if held == ["alt"] and (base in _PLAIN or len(base) == 1):
        return b"\x1b" + _PLAIN.get(base, base).encode()
    raise ValueError(f"no such key: {key!r}")
