"""``accord host``: a process that hosts one board, without a screen, until it is asked to stop."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from pathlib import Path

from storage import Store
from storage.recent import state_folder

from ..commandline.calls import Call
from ..refusals import notice_sentence
from .host import Host
from .reach import Listen, who_can_reach
from .running import Running, alone
from .sweeping import keep_swept


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
        loop.add_signal_handler(number, stop.set)
    folder = state_folder(call.environ)
    # Whoever looks whether the board is hosted sees it until the last guest has been told that it no longer is.
    with alone(folder, store.path or Path("memory")) as announce:
        host = Host(store, folder)
        sweeping = loop.create_task(keep_swept(lambda: len(host.guests)))
        try:
            await host.open(listen)
            where = Listen(listen.host, host.port)
            announce(Running(os.getpid(), where.host, where.port, host.fingerprint))
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
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    for name, level in (("tui.host", logging.INFO), ("storage", logging.INFO), ("asyncssh", logging.ERROR)):
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        logger.setLevel(level)
        logger.propagate = False
