"""Everything that people type is text: what comes out of the cleaning, and that nothing printable is harmed."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from storage.text import MOST_MARKS, can_be_seen, clean, clean_line, for_terminal

any_text = st.text(st.characters(), max_size=60)
"""Any code points: control characters, lone surrogates and unassigned ones as well."""

OVERRIDES = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))


def is_forbidden(character: str) -> bool:
    """What must never come out: spelt out by Unicode category, not by the expression that removes it."""
    return (
        (unicodedata.category(character) == "Cc" and character not in "\t\n")
        or unicodedata.category(character) in ("Cs", "Zl", "Zp")
        or character in OVERRIDES
        or 0xE0000 <= ord(character) <= 0xE007F
    )


def test_every_forbidden_code_point_is_removed_and_no_other_is_touched() -> None:
    for code in range(0x110000):
        character = chr(code)
        if is_forbidden(character):
            assert clean(f"a{character}b") in ("ab", "a\nb"), hex(code)
            assert clean_line(f"a{character}b") in ("ab", "a b"), hex(code)
        elif code % 7 == 0 or code < 0x3000:  # a seventh of the rest, to be quick
            assert clean(f"a{character}b") == unicodedata.normalize("NFC", f"a{character}b"), hex(code)


@given(any_text)
@example("e\u202e\u0301")
@example("\t\u0301")
@example("\r\r\n\x85\u2028")
@example("\ud83d\ude00")
def test_cleaning_once_is_enough(text: str) -> None:
    for cleaner in (clean, clean_line):
        once = cleaner(text)
        assert cleaner(once) == once
        assert not any(map(is_forbidden, once))
        assert unicodedata.is_normalized("NFC", once)
        once.encode()
    assert not set("\t\n") & set(clean_line(text))
    assert clean_line(text) == clean_line(text).strip()
    assert for_terminal(text) == clean(text)


@given(any_text, any_text)
def test_a_line_does_not_depend_on_whether_it_was_cleaned_before(one: str, two: str) -> None:
    assert clean_line(clean(one + two)) == clean_line(one + two)


@given(any_text.filter(lambda text: not any(map(is_forbidden, text)) and unicodedata.is_normalized("NFC", text)))
def test_printable_text_is_left_alone(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "👩\u200d👩\u200d👧\u200d👦 et 🏳\ufe0f\u200d🌈",
        "🇨🇭 🇫🇷 👍🏽 1\ufe0f\u20e3",
        "日本語と中文、한국어",
        "שלום עולם, مرحبا بالعالم",
        "שָׁלוֹם",
        "नमस्ते क्षि ไทย ภาษา",
        "x\u0323\u0302 q\u0307",
        "« Où ? » dit-il\u202f; l’œuvre — œ, Æ, ẞ, …",
        "می\u200cخواهم",
        "a\u200eb\u200fc",
        "zero\u200bwidth",
        "½ ² ™ ﬁ ㎏",
    ],
)
def test_the_worlds_scripts_come_through(text: str) -> None:
    assert clean_line(text) == unicodedata.normalize("NFC", text)


def test_accents_are_composed() -> None:
    assert clean_line("e\u0301te\u0301") == "été"
    assert clean("A\u030a\n") == "Å\n"


def test_nothing_reaches_a_terminal_as_a_command() -> None:
    assert clean("\x1b]52;c;cm0=\x07") == "]52;c;cm0="
    assert clean("\x9b2J") == "2J"
    assert clean("\x1b[31mred\x1b[0m") == "[31mred[0m"
    assert clean("a\x08b\x7fc\x00d") == "abcd"


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\n"])
def test_whatever_ends_a_line_keeps_the_words_apart(ending: str) -> None:
    assert clean(f"one{ending}two") == "one\ntwo"
    assert clean_line(f"one{ending}two") == "one two"


def test_a_title_is_one_line_with_nothing_around_it() -> None:
    assert clean_line("  \n\tTwo\tstories\na week \u00a0") == "Two stories a week"


def test_markup_stays_as_it_was_typed() -> None:
    for text in ("[fr]", "[/]", "[TODO] x", "# x", "<b>x</b>", "*x*", "{x}", "{0}", "%(x)s", "&amp;", "\\n", "`x`"):
        assert clean(text) == clean_line(text) == text


def test_no_text_takes_the_square_of_its_length() -> None:
    marks = "x" + "\u0301\u0323" * 100_000
    before = time.process_time()
    assert len(clean(marks)) <= MOST_MARKS + 1
    assert time.process_time() - before < 2, "normalizing this as it is takes half a minute"


def test_a_usual_number_of_marks_is_kept() -> None:
    marks = "x" + "\u0323\u0302" * 10
    assert unicodedata.normalize("NFD", clean("y\u0301" + marks)).count("\u0302") == 10


@settings(max_examples=200)
@given(st.text(st.characters(categories=["Cf", "Cc", "Zs", "Zl", "Zp"]), max_size=8))
def test_spaces_and_invisible_characters_are_nothing_to_see(text: str) -> None:
    assert not can_be_seen(text)
    assert can_be_seen(text + "x")
