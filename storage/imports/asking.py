"""Whether a line asks something: how an item from elsewhere becomes a question, or a proposal."""

from __future__ import annotations

import unicodedata

MARKS = frozenset("?？؟⸮፧՞︖﹖⁇⁈⁉‽❓❔꘏꛷𑅃𞥟⳺⳻\u037e")
"""What questions end with in the scripts that have a sign for it."""

_CLOSING = frozenset({"Pf", "Pi", "Zs", "Cf", "So", "Sk", "Mn", "Me"})
_BESIDE = frozenset("\"'*_~`!！¡")


def asks(line: str) -> bool:
    """Whether a line ends with a question mark in any script; quotation marks, emphasis and emoji may follow.

    A bracket may, where the line begins with one: a doubt that is put behind a statement makes it no question.

    >>> asks("Why\u202f?"), asks("何時？"), asks("(Who?) 🙂"), asks("Paint it (red?)")
    (True, True, True, False)
    """
    closing = _CLOSING | {"Pe"} if unicodedata.category(line.lstrip()[:1] or " ") == "Ps" else _CLOSING
    words = line.split()
    if words and "՞" in words[-1]:  # in Armenian it stands within the last word, above the syllable that is stressed
        return True
    for character in reversed(line.rstrip()):
        if character in MARKS:
            return True
        if character == ";":  # what a Greek question ends with
            return any("GREEK" in unicodedata.name(letter, "") for letter in line)
        if character not in _BESIDE and unicodedata.category(character) not in closing:
            return False
    return False
