from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from storage import LANGUAGES, Notice, Refused
from storage.files import refused_for
from tui.refusals import NOTICES, NOTICES_FOR_GUESTS, REFUSALS, REFUSALS_FOR_GUESTS, notice_sentence, sentence
from tui.words import guest_language, interface_language

ROOT = Path(__file__).parents[2]
CODE = re.compile(r"[a-z]+(-[a-z]+)*")


class Told(NamedTuple):
    """A code as the source raises it, with the facts that it gives there; ``None`` where they are not spelled out."""

    code: str
    facts: frozenset[str] | None
    where: str


def trees(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path, ast.parse(path.read_text(), str(path))


def name_of(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def constants(node: ast.AST) -> set[str]:
    found = {n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    return {text for text in found if CODE.fullmatch(text)}


def through_arguments(function: ast.FunctionDef, parameter: str) -> set[str]:
    """The codes that come into a function by one of its parameters: its default, and what callers give."""
    arguments = [a.arg for a in function.args.args]
    default = dict(zip(reversed(arguments), reversed(function.args.defaults), strict=False)).get(parameter)
    codes = constants(default) if default is not None else set()
    place = arguments.index(parameter)
    for _, tree in trees("storage", "tui"):
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and name_of(call) == function.name:
                given = [k.value for k in call.keywords if k.arg == parameter] + call.args[place : place + 1]
                codes |= {code for node in given for code in constants(node)}
    return codes


def codes_of(first: ast.expr, function: ast.FunctionDef | None) -> set[str]:
    match first:
        case ast.Constant(value=str(code)):
            return {code}
        case ast.IfExp(body=ast.Constant(value=str(one)), orelse=ast.Constant(value=str(two))):
            return {one, two}
        case ast.Attribute(attr="code"):
            return set()  # raised again: it is found where it was raised first
        case ast.Name(id=name) if function is not None:
            if name in [a.arg for a in function.args.args]:
                return through_arguments(function, name)
            given = [n.value for n in ast.walk(function) if isinstance(n, ast.Assign)]
            return {code for node in given for code in constants(node)}
    raise AssertionError(f"a code that this test cannot follow: {ast.unparse(first)}")


def told(kind: str, *folders: str) -> Iterator[Told]:
    for path, tree in trees(*folders):
        functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
        for call in ast.walk(tree):
            if not (isinstance(call, ast.Call) and name_of(call) == kind and call.args):
                continue
            around = [f for f in functions if f.lineno <= call.lineno <= (f.end_lineno or 0)]
            function = max(around, key=lambda f: f.lineno, default=None)
            for code in sorted(codes_of(call.args[0], function)):
                yield Told(code, facts_of(call), f"{path.relative_to(ROOT)}:{call.lineno}")


def facts_of(call: ast.Call) -> frozenset[str] | None:
    if any(k.arg is None for k in call.keywords):
        return None
    match call.args[1:]:
        case []:
            return frozenset(k.arg for k in call.keywords if k.arg)
        case [ast.Dict(keys=keys)]:
            return frozenset(k.value for k in keys if isinstance(k, ast.Constant))
    return None


REFUSED = [*told("Refused", "storage", "tui")]
NOTICED = [*told("Notice", "storage"), *told("Finding", "storage")]


def places(message: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name}


def test_the_source_is_found() -> None:
    codes = {one.code for one in REFUSED}
    assert {"empty-title", "empty-name", "reason-missing", "disk-full", "trial-needs-terms", "no-such-word"} <= codes
    assert {"damaged", "torn-line", "journal-lost"} <= {one.code for one in NOTICED}


@pytest.mark.parametrize("one", REFUSED, ids=lambda one: f"{one.code}@{one.where}")
def test_every_refusal_has_its_sentence_and_the_facts_for_it(one: Told) -> None:
    assert one.code in REFUSALS
    if one.facts is not None:
        assert places(REFUSALS[one.code]) <= one.facts


@pytest.mark.parametrize("one", NOTICED, ids=lambda one: f"{one.code}@{one.where}")
def test_every_notice_has_its_sentence_and_the_facts_for_it(one: Told) -> None:
    assert one.code in NOTICES
    if one.facts is not None:
        assert places(NOTICES[one.code]) <= one.facts


def test_no_sentence_is_left_over() -> None:
    assert set(REFUSALS) == {one.code for one in REFUSED}
    assert set(NOTICES) == {one.code for one in NOTICED}


@pytest.mark.parametrize("message", [*REFUSALS.values(), *NOTICES.values(), *REFUSALS_FOR_GUESTS.values()])
def test_french_has_its_own_sentence_with_the_same_facts(message: str) -> None:
    french = re.sub(r"\{(\w+):de\}", r"{\1}", interface_language("fr").say(message))
    assert french != message
    assert places(french) == places(message)
    assert not re.search("[^\u202f][;?!»]|«[^\u202f]|[^\u00a0]:", french)
    assert not re.search(r"\bvous\b|\bvotre\b|\bvos\b", french, re.IGNORECASE)


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_sentence_is_one_clean_line_whatever_the_facts_are(code: str) -> None:
    language = interface_language(code)
    path = "a\nb\x1b]52;c;aGk=\x07\x9b31m.json"
    said = sentence(Refused("file-exists", path=path), language)
    assert "a b]52;c;aGk=31m.json" in said
    assert said.translate({0xA0: " ", 0x202F: " "}).isprintable()


def test_braces_in_a_fact_stay_braces() -> None:
    assert "{id}" in sentence(Refused("name-taken", name="{id}"), interface_language("en"))


@pytest.mark.parametrize("code", LANGUAGES)
def test_an_unknown_code_still_gives_a_line(code: str) -> None:
    said = sentence(Refused("of-tomorrow", path="x\x1b.json"), interface_language(code))
    assert "of-tomorrow" in said
    assert "x.json" in said
    assert "\x1b" not in said
    assert "{" not in said


def test_a_missing_fact_still_gives_a_line() -> None:
    assert "set-aside" in sentence(Refused("set-aside"), interface_language("en"))


def test_answers_are_called_as_in_the_language() -> None:
    refused = Refused("no-such-card", id="A4")
    assert "A4" in sentence(refused, interface_language("en"))
    assert "R4" in sentence(refused, interface_language("fr"))


def test_parties_and_unknown_people_are_said_in_words() -> None:
    refused = Refused("nobody-there", party="client")
    assert "the client" in sentence(refused, interface_language("en"))
    assert sentence(Refused("touched-since", id="Q1", name=""), interface_language("fr")).count("quelqu'un") == 1


def test_who_is_missing_is_a_list_of_names() -> None:
    refused = Refused("opinion-missing", id="D1", missing=["Nadia", "Paul"])
    assert "Nadia, Paul" in sentence(refused, interface_language("en"))


def test_what_the_system_says_of_a_file_becomes_a_sentence() -> None:
    said = sentence(refused_for(PermissionError(13, "no"), Path("x.json")), interface_language("en"))
    assert said.startswith("You may not do that with x.json")


def test_a_notice_is_said_as_one_line() -> None:
    said = notice_sentence(Notice("journal-lost", {"path": "acme.journal"}), interface_language("en"))
    assert said.startswith("acme.journal was gone")


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("told", REFUSALS_FOR_GUESTS)
def test_a_guest_is_not_told_to_mend_what_only_the_host_can(code: str, told: str) -> None:
    facts: dict[str, object] = {
        "path": "/home/n/acme.json", "reason": "EIO", "seq": 3, "version": 2, "known": 1,
    }  # fmt: skip
    for guest, host in (
        (
            sentence(Refused(told, **facts), guest_language(code)),
            sentence(Refused(told, **facts), interface_language(code)),
        ),
        (notice_sentence(Notice(told, facts), guest_language(code)), ""),
    ):
        assert "acme" not in guest
        assert "accord " not in guest
        assert guest != host


def test_what_a_guest_is_told_instead_is_said_for_no_code_of_its_own() -> None:
    assert set(REFUSALS_FOR_GUESTS) == set(NOTICES_FOR_GUESTS) <= {*REFUSALS, *NOTICES}


def test_a_guest_is_not_told_that_all_is_over_because_one_change_failed() -> None:
    facts: dict[str, object] = {"path": "/home/n/acme.json", "reason": "EIO"}
    language = guest_language("en")
    assert "Try again" in sentence(Refused("disk-failed", **facts), language)
    assert "only be read" in notice_sentence(Notice("disk-failed", facts), language)


@pytest.mark.parametrize(("lang", "shown"), [("en", "“” is no name"), ("fr", "«\u202f\u202f» ")])
def test_an_empty_name_is_shown_as_one(lang: str, shown: str) -> None:
    assert sentence(Refused("not-a-board-name", path=" "), interface_language(lang)).startswith(shown)
