"""Put a text on the desktop's clipboard, as a program of its own: ``python desktop.py MECHANISM`` with it on stdin.

pyperclip waits without end for the programs that it starts, lets them write over the screen, and does not look whether
they failed. In a process of its own it may: whoever starts this one sets the time. The status is 0 only if the
clipboard has given the same text back. It imports nothing of this package, so that it starts quickly.
"""

from __future__ import annotations

import os
import sys
import time

import pyperclip

# xclip says that it is done a moment before the clipboard is its own: seconds between looks, and how many.
_STEP = 0.05
_LOOKS = 10


def put(mechanism: str, text: str) -> bool:
    """Copy by one of pyperclip's mechanisms (``pbcopy``, ``wl-clipboard``, ``xclip``, ``xsel``) or ``wsl``.

    Whether reading the clipboard gives the text. What cannot be started or read raises, as pyperclip likes.
    """
    if mechanism == "wsl":  # has no name with set_clipboard
        copy, paste = pyperclip.init_wsl_clipboard()
    else:
        pyperclip.set_clipboard(mechanism)
        copy, paste = pyperclip.copy, pyperclip.paste
    copy(text)
    # Every mechanism takes an empty clipboard for an empty text: that would prove nothing.
    for _ in range(_LOOKS if text else 0):
        if paste().replace("\r\n", "\n") == text:
            return True
        time.sleep(_STEP)
    return False


def main() -> int:
    """The status for the mechanism in the arguments and the text on standard input."""
    # xclip stays behind to serve the selection, and holds open whatever it was given.
    null = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(null, stream)
    return 0 if put(sys.argv[1], sys.stdin.buffer.read().decode()) else 1


if __name__ == "__main__":
    sys.exit(main())
