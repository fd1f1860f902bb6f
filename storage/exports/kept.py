"""What travels along with a board that other programs show: the board itself, and what was shown of it.

It is one word of letters, digits and a few signs, which stays as it is wherever a program keeps a text: a version, a
digest against damage, and the board as compressed JSON. What was shown tells later what somebody changed of it.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import zlib
from collections.abc import Iterator

import msgspec
from msgspec import Struct

from ..board import Board

LARGEST = 64 * 2**20
"""Bytes of JSON beyond which nothing is unpacked: a small file can claim to hold any amount."""

_VERSION = "1"
_YEARS = range(1900, 9999)


class Written(Struct, frozen=True, array_like=True):
    """A card as it was shown: its first line, its body, and the lines about it."""

    head: str
    body: str
    facts: tuple[str, ...]


class Lane(Struct, frozen=True, array_like=True):
    """A list as it was shown. ``place`` is the id of a column, ``settled`` or ``aside``; ``cards`` from the top."""

    title: str
    place: str
    cards: tuple[str, ...]


class Kept(Struct, frozen=True):
    """A whole board, with the lanes in which it was shown and each card as it was written."""

    board: Board
    lanes: tuple[Lane, ...]
    written: dict[str, Written]


class Damaged(ValueError):
    """The word is not as it was made, or no board is in it."""


_encoder = msgspec.json.Encoder(enc_hook=dict)
_decoder = msgspec.json.Decoder(Kept)


def packed(kept: Kept) -> str:
    """What is kept, as one word."""
    word = base64.b64encode(zlib.compress(_encoder.encode(kept), 1)).decode("ascii")
    return f"{_VERSION}.{_digest(word)}.{word}"


def unpacked(word: str) -> Kept:
    """What is kept in a word. :class:`Damaged` where it was changed, or holds nothing that could be shown."""
    version, _, rest = word.partition(".")
    digest, _, data = rest.partition(".")
    if version != _VERSION or _digest(data) != digest:
        raise Damaged("not as it was made")
    try:
        inflate = zlib.decompressobj()
        kept = _decoder.decode(inflate.decompress(base64.b64decode(data, validate=True), LARGEST))
        if not inflate.eof or not _belongs_together(kept) or not all(map(_is_moment, _times(kept.board))):
            raise Damaged("a board that nobody wrote")
    except (ValueError, zlib.error, msgspec.MsgspecError, RecursionError) as error:
        raise Damaged("no board") from error
    return kept


def _digest(word: str) -> str:
    return hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _belongs_together(kept: Kept) -> bool:
    """Whether every card was written once, in one lane, and every lane is one of this board."""
    shown = [identity for lane in kept.lanes for identity in lane.cards]
    places = [lane.place for lane in kept.lanes]
    known = {*kept.board.columns, "settled", "aside"}
    return (
        len(shown) == len(kept.board.cards)
        and set(shown) == set(kept.board.cards) == set(kept.written)
        and len(places) == len(set(places))
        and known.issuperset(places)
        and set(places).issuperset(kept.board.columns)
    )


def _times(board: Board) -> Iterator[dt.datetime]:
    for card in board.cards.values():
        yield card.created
        for rows in (card.opinions, card.notes, card.outcomes):
            yield from (row.time for row in rows.values())


def _is_moment(time: dt.datetime) -> bool:
    """Whether it is a time that can be compared with others, and has a day anywhere on earth."""
    return time.tzinfo is not None and time.year in _YEARS
