"""The catalogues have every message, in every language, as its typography wants it; and nothing is said beside them."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from .messages import DOMAINS, ROOT, TRANSLATED, Message, catalogue, extracted, forms
from .readme import READMES


def messages(domain: str, lang: str) -> list[tuple[Message, Message]]:
    """Each message of a catalogue and what it becomes."""
    return [(forms(message.id), forms(message.string)) for message in catalogue(domain, lang) if message.id]


EVERYWHERE = [(domain, lang) for domain in DOMAINS for lang in TRANSLATED]
everywhere = pytest.mark.parametrize(("domain", "lang"), EVERYWHERE)


@everywhere
def test_a_catalogue_has_the_messages_of_the_code_and_no_others(domain: str, lang: str) -> None:
    told = {message for message, _ in messages(domain, lang)}
    used = extracted(domain)
    assert used
    assert (used - told, told - used) == (set(), set()), "bring them up to date: python -m tests.messages"


@everywhere
def test_every_message_is_translated_for_good(domain: str, lang: str) -> None:
    known = catalogue(domain, lang)
    for message in known:
        if message.id:
            wanted = known.num_plurals if len(forms(message.id)) == 2 else 1
            assert len(forms(message.string)) == wanted, message.id
            assert all(form.strip() for form in forms(message.string)), message.id
            assert not message.fuzzy, message.id


def facts(text: str) -> set[str]:
    """What a message is told by name: ``{"id"}`` for "moves {id}". A text that cannot be filled in raises."""
    parsed = list(string.Formatter().parse(text))
    assert all(spec in ("", "de", None) and not conversion for _, _, spec, conversion in parsed), text
    return {name for _, name, _, _ in parsed if name is not None}


@everywhere
def test_a_translation_says_all_the_facts_and_no_others(domain: str, lang: str) -> None:
    for message, translation in messages(domain, lang):
        known = set[str]().union(*map(facts, message))
        for at, form in enumerate(translation):
            wanted = facts(message[min(at, len(message) - 1)])
            # A singular may leave its number out: "one answer".
            missing = wanted - facts(form) - ({"n"} if at == 0 and len(message) == 2 else set())
            assert not missing, form
            assert facts(form) <= known, form


NARROW, WIDE = "\u202f", "\u00a0"


def french_mistakes(text: str) -> Iterator[str]:
    """What is wrong with the spaces of a French text."""
    for mark in re.finditer(r"(.?)([?!;»])", text):
        before, sign = mark.groups()
        # A sign alone names a key; a number of them belongs together.
        if before and before != NARROW and before not in "?!…(“«":
            yield f"{sign} without its narrow space"
    for mark in re.finditer(r"«(.?)", text):
        if mark[1] != NARROW:
            yield "« without its narrow space"
    for mark in re.finditer(r"(.?):(.?)", text):
        before, after = mark.groups()
        if (after in ("", " ", "\n") or before.isspace()) and before != WIDE:
            yield ": without its no-break space"
    if re.search(r'"', text):
        yield "straight quotation marks"


@pytest.mark.parametrize(
    "text", ["Pourquoi ?", "Pourquoi?", "a\u00a0; b", "« a\u202f»", "oui\u202f: non", "oui: non", "oui :"]
)
def test_a_space_that_french_does_not_know_is_found(text: str) -> None:
    assert list(french_mistakes(text))


@pytest.mark.parametrize(
    "text", ["Pourquoi\u202f?", "«\u202fa\u202f»", "oui\u00a0: non", "?", "à 10:30", "https://a.b"]
)
def test_the_spaces_that_french_wants_are_left_alone(text: str) -> None:
    assert not list(french_mistakes(text))


@pytest.mark.parametrize("domain", DOMAINS)
def test_french_has_the_spaces_of_its_punctuation(domain: str) -> None:
    wrong = [(form, list(french_mistakes(form))) for _, said in messages(domain, "fr") for form in said]
    assert [(form, mistakes) for form, mistakes in wrong if mistakes] == []


def test_the_french_readme_has_the_spaces_of_its_punctuation() -> None:
    parsed = MarkdownIt("commonmark").enable("table").parse(READMES["fr"].read_text(encoding="utf-8"))
    texts = [child.content for token in parsed for child in token.children or () if child.type == "text"]
    assert texts
    assert [text for text in texts if list(french_mistakes(text))] == []


# Nothing is said beside the catalogues

SHOWN: dict[str, tuple[int, ...]] = {
    "Ask": (1,),
    "Button": (0,),
    "Choice": (1, 2),
    "Choose": (1,),
    "Content": (0,),
    "Label": (0,),
    "Lane": (1,),
    "Option": (0,),
    "Piece": (0,),
    "Selection": (0,),
    "Static": (0,),
    "SystemCommand": (0, 1),
    "_says": (0,),
    "_tell": (0,),
    "err": (0,),
    "fail": (0,),
    "from_markup": (0,),
    "from_text": (0,),
    "notify": (0,),
    "out": (0,),
    "print": (0,),
    "styled": (0,),
    "tell": (0,),
    "update": (0,),
}
"""Calls that put words before people, and which of their arguments are the words."""

SHOWN_BY_NAME = {
    "border_subtitle",
    "border_title",
    "heading",
    "help",
    "label",
    "placeholder",
    "prompt",
    "short_help",
    "sub_title",
    "tooltip",
}
"""Arguments and attributes that are words wherever they stand."""

NAMES = {"Accord", "accord …", "English", "Français"}
"""What is the same in every language."""


_TEMPLATE = re.compile(r"\[[@/][^\]]*\]|\$\w+")
"""What Content.from_markup has besides words: its tags for clicks, and the names of what is put in."""


def words_in(node: ast.expr) -> Iterator[str]:
    """The literal words of an expression that is shown: of a text, of an f-string, of both ways of a choice."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(part.value if isinstance(part, ast.Constant) else "…" for part in parts)
        case ast.BinOp(left=left, right=right):
            yield from words_in(left)
            yield from words_in(right)
        case ast.IfExp(body=body, orelse=orelse):
            yield from words_in(body)
            yield from words_in(orelse)


def shown_by(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions that a piece of code puts before people."""
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=arguments, keywords=keywords):
            yield from (arguments[at] for at in SHOWN.get(name, ()) if at < len(arguments))
            if name == "assemble":
                for argument in arguments:
                    yield argument.elts[0] if isinstance(argument, ast.Tuple) else argument
            yield from (keyword.value for keyword in keywords if keyword.arg in SHOWN_BY_NAME)
        case ast.Assign(targets=[ast.Attribute(attr=name)], value=value) if name in SHOWN_BY_NAME:
            yield value


def said_aside(source: str) -> list[tuple[int, str]]:
    """The words of a source that reach people and no catalogue: the line, and the words."""
    return [
        (shown.lineno, words)
        for node in ast.walk(ast.parse(source))
        for shown in shown_by(node)
        for words in words_in(shown)
        if words not in NAMES and any(character.isalpha() for character in _TEMPLATE.sub("", words))
    ]


@pytest.mark.parametrize(
    "source",
    [
        'yield Static("Hello")',
        'self.tell(f"{name} speaks")',
        'Content.assemble(say("a"), ("b", "dim"))',
        'Input(placeholder="Title")',
        'self.border_title = "Title"',
        'Content.from_markup("[@click=app.go]Go on[/] $words", words=say("a"))',
        'Choice("yes", "Yes" if sure else say("No"))',
    ],
)
def test_words_beside_the_catalogues_are_found(source: str) -> None:
    assert said_aside(source)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "tui").rglob("*.py")), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_nothing_is_said_beside_the_catalogues(path: Path) -> None:
    assert said_aside(path.read_text(encoding="utf-8")) == []
