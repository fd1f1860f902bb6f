"""What of a board can be shared: the strategy, the board as it stands, the trail of a decision, what has changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ..acts import Record
from ..board import Board
from ..language import Language
from .document import Document

SubjectKind = Literal["strategy", "board", "trail", "since"]


@dataclass(frozen=True)
class Subject:
    """What a document is about.

    ``card`` is the id of the card whose trail it is. ``seq`` is the change since which it tells what is new, and
    ``day`` the day on which that was shared, where it is known.
    """

    kind: SubjectKind = "strategy"
    card: str = ""
    seq: int = 0
    day: dt.date | None = None

    @property
    def needs_records(self) -> bool:
        """Whether its document tells more with the records of the journal after :attr:`seq`."""
        return self.kind in ("trail", "since")


STRATEGY = Subject("strategy")
BOARD = Subject("board")


def document_of(
    board: Board,
    subject: Subject,
    language: Language,
    *,
    records: Iterable[Record] = (),
    full: bool = False,
    names: bool = True,
    today: dt.date,
    digest: str = "",
) -> Document:
    """The document about a subject, in a language of the domain ``storage``.

    ``records`` are those of the journal after the change ``subject.seq``, oldest first, where the subject needs them.
    ``full`` adds the bodies; to the strategy also what was not chosen and what was set aside. Without ``names``, whose
    words something is says which side and not who; what people typed stays as they typed it. ``today`` tells which
    trials are due; ``digest`` is the journal's at this change. :class:`Refused` where the board has no such card.
    """
    if subject.kind == "board":
        from .whole import Whole

        return Whole(board, language, full=full, names=names, today=today).document(digest)
    if subject.kind == "trail":
        from .trail import Trail

        return Trail(board, subject.card, language, records, full=full, names=names, today=today).document(digest)
    if subject.kind == "since":
        from .since import Since

        return Since(board, subject, language, records, full=full, names=names, today=today).document(digest)
    from .strategy import strategy

    return strategy(board, language, full=full, names=names, today=today, digest=digest)
