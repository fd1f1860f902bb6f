"""Boards as plain JSON types, for whoever wants to look at all of one."""

from __future__ import annotations

import msgspec


def as_builtins(value: object) -> object:
    """A value as plain JSON types."""
    return msgspec.to_builtins(value, enc_hook=dict)
