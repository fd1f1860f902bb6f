"""A session: one person's way of sitting at the board. Everything that differs between two screens on it."""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from storage import Language, Store, Voice
from storage.drafts import Drafts
from storage.presence import Presence
from storage.seen import Seen

from .glyphs import FULL, Glyphs, glyphs_for, terminal_encoding
from .words import interface_language


@dataclass
class Session:
    """What one app knows of who uses it and where. ``remote`` says that it runs for a guest, over SSH.

    ``seen_before`` is the change that the board stood at when it was left here last.
    """

    store: Store
    voice: Voice
    language: Language
    drafts: Drafts
    glyphs: Glyphs = FULL
    keymap: Mapping[str, str] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict)
    remote: bool = False
    demo: bool = False
    presence: Presence = field(default_factory=lambda: Presence(None))
    seen: Seen | None = None
    seen_before: int | None = None

    @contextlib.contextmanager
    def writing(self, card: str) -> Iterator[None]:
        """Let the others see, meanwhile, that something is written at this card."""
        self.presence.update(self.voice.session, writing=card)
        try:
            yield
        finally:
            self.presence.update(self.voice.session, writing="")

    @property
    def downloads(self) -> Path:
        """Where what is shared is saved: the folder of the board, or the present one for the demo."""
        return Path.cwd() if self.demo or self.store.path is None else self.store.path.resolve().parent


def local_session(store: Store, lang: str, environ: Mapping[str, str], *, demo: bool = False) -> Session:
    """The session of somebody at this machine, with both parties at one screen."""
    board = store.board
    people = board.of_party("consultant") or board.of_party("client")
    person = people[0].id if people else "p1"
    folder = Path(environ.get("ACCORD_STATE") or platformdirs.user_state_path("accord"))
    seen = Seen(folder / "seen", store.path or Path("memory"))
    return Session(
        store=store,
        voice=Voice(store, person, f"screen-{uuid.uuid4().hex[:12]}"),
        language=interface_language(lang),
        drafts=Drafts(folder / "drafts", store.path or Path("memory")),
        glyphs=glyphs_for(environ, terminal_encoding()),
        keymap=read_keymap(Path(platformdirs.user_config_path("accord")) / "config.toml"),
        environ=dict(environ),
        demo=demo,
        presence=Presence(None if demo else store.path),
        seen=seen,
        seen_before=seen.last(),
    )


def read_keymap(path: Path) -> dict[str, str]:
    """The ``[keys]`` of the user's configuration; empty where there is none or it cannot be read."""
    if not os.path.exists(path):  # Path's own raises where a folder may not be entered
        return {}
    import tomllib  # only for whoever has chosen keys

    try:
        keys = tomllib.loads(path.read_text("utf-8")).get("keys", {})
    except (OSError, ValueError, RecursionError):  # not there, no UTF-8, no TOML
        return {}
    return {k: v for k, v in keys.items() if isinstance(v, str)} if isinstance(keys, dict) else {}


def default_environ() -> Mapping[str, str]:
    """The environment of this process."""
    return os.environ
