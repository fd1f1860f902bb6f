"""The command ``accord``. Opening a board is what people wait for, so it goes the short way; the rest is the command
line's (:mod:`tui.cli`), with all that it has to import."""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from .streams import make_writable


def board_alone(argv: Sequence[str], environ: Mapping[str, str]) -> Path | None:
    """The board, where a command line is nothing but the name of one that is there, and there is a terminal."""
    if len(argv) != 1 or not argv[0].endswith(".json") or argv[0].startswith("-") or "_ACCORD_COMPLETE" in environ:
        return None
    if not (os.path.isfile(argv[0]) and sys.stdin and sys.stdout and sys.stdin.isatty() and sys.stdout.isatty()):
        return None
    return Path(argv[0])


def open_alone(path: Path, environ: Mapping[str, str]) -> int:
    """Open a board on the short way; the exit status."""
    from storage import Refused, recent
    from storage.language import preferred

    from .app import run_app
    from .words import interface_language

    lang = preferred(environ)
    recent.remember(path, recent.state_folder(environ))
    try:
        return run_app(path, lang)
    except Refused as refused:
        from .refusals import sentence

        print(sentence(refused, interface_language(lang)), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def main() -> None:
    """The command ``accord``."""
    path = board_alone(sys.argv[1:], os.environ)
    if path is None:
        from .cli import main as command_line

        command_line()
        return
    # What is imported and loaded does not become garbage; looking for it would take longer.
    gc.disable()
    logging.getLogger("storage").addHandler(logging.NullHandler())
    make_writable()
    try:
        status = open_alone(path, os.environ)
    except Exception as error:
        if os.environ.get("ACCORD_TRACEBACK"):
            raise
        from storage.language import preferred

        from .crash import unexpected
        from .words import interface_language

        print(unexpected(error, interface_language(preferred(os.environ))), file=sys.stderr)
        status = 1
    sys.exit(status)
