"""The standard streams of a command: any character can be written to them."""

from __future__ import annotations

import io
import os
import sys
from typing import TextIO


def make_writable() -> None:
    """Have standard output and error take any character, also where one was closed or can show only some of them."""
    sys.stdout, sys.stderr = _writable(sys.stdout), _writable(sys.stderr)


def _writable(stream: TextIO | None) -> TextIO:
    if stream is None:
        return open(os.devnull, "w")
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")
    return stream
