"""The words of one language. A language belongs to a session, not to the process.

Messages are English sentences; the catalogues stand in the ``locale`` folder beside whoever speaks them. Facts are
put in by name with :meth:`str.format`, which does not read them again: braces that a person typed stay braces.
"""

from __future__ import annotations

import gettext
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

LANGUAGES = ("en", "fr")


def known(code: str | None) -> str:
    """The language for a code or a locale name (``fr_CH.UTF-8``): English where we have no other.

    >>> known("fr_CH.UTF-8"), known("de"), known(None)
    ('fr', 'en', 'en')
    """
    short = (code or "").replace("-", "_").split("_")[0].split(".")[0].lower()
    return short if short in LANGUAGES else LANGUAGES[0]


def preferred(environ: Mapping[str, str]) -> str:
    """The language that an environment asks for, in the order that gettext and POSIX use."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environ.get(name):
            return known(value.split(":")[0])
    return LANGUAGES[0]


@dataclass(frozen=True)
class Language:
    """One language as one catalogue has it: ``Language("fr", folder, "tui").say("Agreed")``."""

    code: str
    folder: Path
    domain: str
    _catalogue: gettext.NullTranslations = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        found = gettext.translation(self.domain, self.folder, [self.code], fallback=self.code == LANGUAGES[0])
        object.__setattr__(self, "_catalogue", found)

    def say(self, message: str, /, **facts: object) -> str:
        """The message in this language, with the facts put in."""
        words = self._catalogue.gettext(message)
        return words.format(**_spoken(facts)) if facts else words

    def count(self, one: str, many: str, number: int, /, **facts: object) -> str:
        """The message in the form that the number asks for; ``{n}`` is the number."""
        return self._catalogue.ngettext(one, many, number).format(n=number, **_spoken(facts))


class _Spoken(str):
    """A fact that bends to the words before it: ``{name:de}`` gives "de Paul" and "d'Inès", as French asks for."""

    def __format__(self, spec: str) -> str:
        return of_name(self) if spec == "de" else super().__format__(spec)


# A vowel, or a mute h, or a y that sounds as one: "d'Anne", "d'Hélène", "d'Yves", but "de Yasmine".
_ELIDED = re.compile(r"[aeiouœæ]|h[aeiouy]|y[^aeiou]")


def of_name(name: str) -> str:
    """A name as French has it behind a preposition: "de Paul", "d'Inès"."""
    return f"d'{name}" if _ELIDED.match(unicodedata.normalize("NFD", name.casefold())) else f"de {name}"


def _spoken(facts: Mapping[str, object]) -> dict[str, object]:
    return {name: _Spoken(fact) if isinstance(fact, str) else fact for name, fact in facts.items()}


def later(message: str) -> str:
    """Mark a message that is said somewhere else, so that the catalogues have it."""
    return message
