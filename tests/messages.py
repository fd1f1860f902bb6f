"""The messages of the code and their catalogues: ``python -m tests.messages`` brings these up to date.

New messages come in untranslated, those that the code has no longer go; what is translated stays. Says what is missing.
"""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from storage import LANGUAGES

ROOT = Path(__file__).parents[1]
DOMAINS = ("storage", "tui")
TRANSLATED = LANGUAGES[1:]
"""All but the language that the code is written in."""

Message = tuple[str, ...]
"""A message as it is in the code: one text, or the two of singular and plural."""

KEYWORDS = {"say": None, "later": None, "count": (1, 2)}
"""The calls by which a message is said or marked, as Babel wants them."""


def forms(text: str | tuple[str, ...] | list[str]) -> Message:
    """A text, or several, as several."""
    return (text,) if isinstance(text, str) else tuple(text)


def extracted(domain: str) -> set[Message]:
    """Every message of the code of a package."""
    found = extract_from_dir(ROOT / domain, [("**.py", "python")], keywords=KEYWORDS)
    return {forms(message) for _, _, message, _, _ in found}


def path_of(domain: str, lang: str) -> Path:
    """Where a catalogue is."""
    return ROOT / domain / "locale" / lang / "LC_MESSAGES" / f"{domain}.po"


def catalogue(domain: str, lang: str) -> Catalog:
    """A catalogue as it is."""
    with path_of(domain, lang).open("rb") as file:
        return read_po(file, locale=lang, domain=domain, abort_invalid=True)


HEADER = """\
# The messages of Accord's {domain}, by the words of the code.
msgid ""
msgstr ""
"Language: {lang}\\n"
"Plural-Forms: {plural_forms}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
"""Without a date and a program's version: a catalogue changes when its messages do."""


def update(domain: str, lang: str) -> list[Message]:
    """Bring a catalogue up to date, and compile it; the messages that it has no translation of."""
    known = catalogue(domain, lang)
    fresh = Catalog(locale=lang, domain=domain, fuzzy=False)
    missing = []
    for message in sorted(extracted(domain)):
        identity = message[0] if len(message) == 1 else message
        held = known.get(identity[0] if len(message) == 2 else identity)
        words = held.string if held is not None and forms(held.id) == message else ""
        fresh.add(identity, words)
        if not all(forms(words)):
            missing.append(message)
    path = path_of(domain, lang)
    with path.open("wb") as file:
        file.write(HEADER.format(domain=domain, lang=lang, plural_forms=fresh.plural_forms).encode())
        write_po(file, fresh, sort_output=True, no_location=True, omit_header=True, width=110)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, fresh)
    return missing


def main() -> None:
    """All of them."""
    for domain in DOMAINS:
        for lang in TRANSLATED:
            for message in update(domain, lang):
                print(f"{path_of(domain, lang).relative_to(ROOT)}: {' | '.join(message)}")


if __name__ == "__main__":
    main()
