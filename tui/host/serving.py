"""``accord host``: a process that hosts one board, without a screen, until it is asked to stop."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
from pathlib import Path
from types import TracebackType

from storage import Store
from storage.recent import state_folder
from storage.text import for_terminal

from ..commandline.calls import Call
from ..refusals import notice_sentence
from .child import FROM_APP
from .faults import where
from .host import Host
from .reach import Listen, who_can_reach
from .running import Running, alone
from .sweeping import keep_swept

_log = logging.getLogger(__name__)


def serve(path: Path, listen: Listen, call: Call) -> int:
    """Host a board until SIGINT, SIGTERM or SIGHUP; the exit status. :class:`Refused` where that is not possible."""
    _log_to_stderr()
    with Store.open(path) as store:
        for notice in store.notices:
            call.err(notice_sentence(notice, call.language))
        try:
            return asyncio.run(_serve(store, listen, call))
        except KeyboardInterrupt:
            return 0


async def _serve(store: Store, listen: Listen, call: Call) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup: the terminal may go, the host stays
            loop.add_signal_handler(number, stop.set)
    folder = state_folder(call.environ)
    # Whoever looks whether the board is hosted sees it until the last guest has been told that it no longer is.
    with alone(folder, store.path or Path("memory")) as announce:
        host = Host(store, folder)
        sweeping = loop.create_task(keep_swept(lambda: len(host.guests)))
        try:
            await host.open(listen)
            where = Listen(listen.host, host.port)
            from_app = FROM_APP in call.environ
            announce(Running(os.getpid(), where.host, where.port, host.fingerprint, from_app))
            say = call.language.say
            call.out(say("Hosting {title} on port {port}.", title=store.board.title, port=where.port))
            call.out(who_can_reach(where, call.language))
            call.out(say("Fingerprint of this host: {fingerprint}", fingerprint=host.fingerprint))
            call.out(say("Ctrl+C stops. Guests are told, and nothing is lost."))
            sys.stdout.flush()
            await stop.wait()
        finally:
            sweeping.cancel()
            await host.close()
    return 0


def _log_to_stderr() -> None:
    """Who came, who left, what failed: a line each, never with what was in variables."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Wordless("%(asctime)s %(levelname)s %(message)s"))
    logging.getLogger().addHandler(handler)
    for name, level in (("tui.host", logging.INFO), ("storage", logging.INFO), ("asyncssh", logging.ERROR)):
        logging.getLogger(name).setLevel(level)
    threading.excepthook = _log_thread


class Wordless(logging.Formatter):
    """Lines of a log in which an error is told by its kind and place: its own words may be those of people."""

    def formatException(
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """What failed and where."""
        return where(ei[1]) if ei[1] is not None else ""

    def format(self, record: logging.LogRecord) -> str:
        """The line, cleaned once more, whoever wrote what is in it."""
        return for_terminal(super().format(record))


def _log_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        _log.error("a thread failed: %s", where(args.exc_value))
