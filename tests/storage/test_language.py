from __future__ import annotations

from pathlib import Path

import pytest

import tui
from storage.language import Language, known, of_name, preferred


@pytest.fixture
def french() -> Language:
    return Language("fr", Path(tui.__file__).parent / "locale", "tui")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Paul", "en attente de Paul"), ("Inès", "en attente d'Inès"), ("Élise", "en attente d'Élise"),
     ("Yves", "en attente d'Yves"), ("Yasmine", "en attente de Yasmine"), ("Hélène", "en attente d'Hélène")],
)  # fmt: skip
def test_french_elides_before_a_vowel(french: Language, name: str, expected: str) -> None:
    assert french.say("waits for {name}", name=name) == expected


def test_braces_that_a_person_typed_stay_braces(french: Language) -> None:
    assert french.say("waits for {name}", name="{name} {0} %s") == "en attente de {name} {0} %s"


def test_an_environment_asks_for_a_language_in_the_order_of_posix() -> None:
    assert preferred({"LANG": "en_GB.UTF-8", "LC_ALL": "fr_CH.UTF-8"}) == "fr"
    assert preferred({"LANGUAGE": "fr:en", "LC_ALL": "en_US.UTF-8"}) == "fr"
    assert preferred({}) == "en"


def test_a_language_that_we_do_not_have_is_english() -> None:
    assert known("de_DE.UTF-8") == "en"
    assert known(None) == "en"


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Paul", "de Paul"), ("Inès", "d'Inès"), ("Élodie", "d'Élodie"), ("Hélène", "d'Hélène"), ("Œnone", "d'Œnone"),
        ("Yves", "d'Yves"), ("Yann", "de Yann"), ("Hjalmar", "de Hjalmar"), ("", "de "),
    ],
)  # fmt: skip
def test_a_name_is_elided_as_french_says_it(name: str, wanted: str) -> None:
    assert of_name(name) == wanted
