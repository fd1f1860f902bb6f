"""How storage says no: a code and facts, never prose. The words belong to whoever shows them."""

from __future__ import annotations


class Refused(Exception):
    """A change, a file or a text that cannot be taken; nothing was changed.

    ``code`` names the reason (``"empty-title"``), ``facts`` are what a sentence about it needs (ids, names, paths).
    Every code has its sentence in both languages in ``tui.refusals``, and a test holds the two together.
    """

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        return f"{self.code} {self.facts}" if self.facts else self.code
