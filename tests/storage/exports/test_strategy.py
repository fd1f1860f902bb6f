from __future__ import annotations

import datetime as dt

import pytest

from storage.card import Trial
from storage.changes import (
    AddNote,
    AddPerson,
    BringBack,
    Describe,
    DescribeParty,
    GiveOpinion,
    GiveOutcome,
    LinkCards,
    SetAside,
)
from storage.exports.document import Line

from .conftest import NADIA, PAUL, TODAY, Table
from .reading import everything, headings, part


def texts(lines: tuple[Line, ...]) -> list[str]:
    return [line.text for line in lines]


def test_the_parts_come_in_the_order_in_which_they_are_read(french: Table) -> None:
    stories = next(c.id for c in french.board.cards.values() if c.trial)
    french.make(PAUL, AddNote(stories, "Quarante messages."))
    assert headings(french.document("fr", full=True)) == [
        "En bref",
        "Le cadre",
        "Ce que nous avons décidé",
        "Ce que nous essayons",
        "Ce que nous avons appris",
        "Réserves",
        "Questions ouvertes",
        "Encore sur la table",
        "Ce que nous avons mis de côté",
    ]
    assert headings(french.document("en")) == [
        "In short",
        "The frame",
        "What we decided",
        "What we are trying",
        "What we learned",
        "Concerns",
        "Open questions",
        "Still on the table",
    ]


def test_a_part_without_content_is_left_out(table: Table) -> None:
    assert table.document().sections == ()
    table.question(NADIA, "Who answers at the weekend?")
    assert headings(table.document()) == ["Open questions"]


def test_the_occasion_says_when_and_who_with_what_they_bring(french: Table) -> None:
    assert french.document("fr").occasion == "Atelier du 12 mai 2026, avec Nadia (médias sociaux) et Paul (directeur)"
    french.make(PAUL, AddPerson("Anne", "client"))
    french.make(PAUL, DescribeParty("client", name="Les Jardins"))
    french.make(NADIA, DescribeParty("consultant"))
    assert french.document("en").occasion == "Workshop of 12 May 2026, with Nadia, Paul and Anne (Les Jardins)"
    assert french.document("en", names=False).occasion == "Workshop of 12 May 2026"


def test_the_workshop_was_when_a_card_or_an_opinion_was_last_added(table: Table) -> None:
    assert table.document().occasion.startswith("Workshop of 12 May 2026")
    table.time -= dt.timedelta(days=30)
    card = table.decision(NADIA, "Two stories a week")
    assert table.document().occasion.startswith("Workshop of 12 April 2026")
    table.time += dt.timedelta(days=7)
    table.make(PAUL, GiveOpinion(card, "agree"))
    assert table.document().occasion.startswith("Workshop of 19 April 2026")
    table.time += dt.timedelta(days=7)
    table.make(PAUL, AddNote(card, "A week later"))
    assert table.document().occasion.startswith("Workshop of 19 April 2026")


def test_in_short_is_said_in_the_language_of_the_document(french: Table) -> None:
    assert texts(part(french.document("fr"), "En bref").lines) == [
        "Nous parlons d'abord aux parents du quartier.",
        "Un essai\u00a0: «\u202fDeux stories par semaine, par les bénévoles\u202f»",
        "Une réserve\u00a0: «\u202fEn juin, tout le monde est au jardin.\u202f»",
        "Une question attend Paul.",
        "2 propositions sont encore sur la table.",
    ]
    assert texts(part(french.document("en"), "In short").lines)[3:] == [
        "One question waits for Paul.",
        "2 proposals are still on the table.",
    ]
    assert "One question waits for an answer." in texts(part(french.document("en", names=False), "In short").lines)


def test_in_short_names_three_decisions_and_counts_the_rest(table: Table) -> None:
    for number in range(5):
        table.agreed(NADIA, f"Decision number {number}")
    lines = texts(part(table.document(), "In short").lines)
    assert lines == ["Decision number 0.", "Decision number 1.", "Decision number 2.", "And 2 more decisions."]


def test_a_decision_tells_whose_question_and_whose_answer_in_their_words(french: Table) -> None:
    section = part(french.document("fr"), "Ce que nous avons décidé")
    assert section.numbered
    assert section.entries[0].title == "Nous parlons d'abord aux parents du quartier"
    assert texts(section.entries[0].lines) == [
        "Question de Nadia\u00a0: «\u202fQui voulons-nous toucher en premier\u202f?\u202f»",
        "Réponse de Paul\u00a0: «\u202fNos inscriptions viennent de l'école.\u202f»",
        "Paul s'en occupe, d'ici au 1er juin.",
        "D'accord tous les deux, le 12 mai.",
    ]
    english = part(french.document("en"), "What we decided").entries[0].lines
    assert texts(english) == [
        "Question from Nadia: “Qui voulons-nous toucher en premier\u202f?”",
        "Answer from Paul: “Nos inscriptions viennent de l'école.”",
        "Paul takes care of it, by 1 June.",
        "Both agreed, on 12 May.",
    ]


def test_decisions_come_in_the_order_of_the_board(table: Table) -> None:
    table.agreed(NADIA, "First agreed")
    second = table.decision(NADIA, "Added second")
    table.agreed(NADIA, "Second agreed")
    table.make(NADIA, GiveOpinion(second, "agree", both=True))
    entries = part(table.document(), "What we decided").entries
    assert [entry.title for entry in entries] == ["First agreed", "Second agreed", "Added second"]


@pytest.mark.parametrize(
    ("who", "by_when", "en", "fr"),
    [
        ("Paul", None, "Paul takes care of it.", "Paul s'en occupe."),
        ("paul", None, "Paul takes care of it.", "Paul s'en occupe."),
        ("us", None, "Who takes care of it: us.", "Qui s'en occupe\u00a0: us."),
        ("us", TODAY, "Who takes care of it: us, by 12 May.", "Qui s'en occupe\u00a0: us, d'ici au 12 mai."),
        ("", dt.date(2027, 6, 1), "To be done by 1 June 2027.", "À faire d'ici au 1er juin 2027."),
    ],
)
def test_who_does_it_and_by_when(table: Table, who: str, by_when: dt.date | None, en: str, fr: str) -> None:
    card = table.agreed(NADIA, "Two stories a week")
    table.make(PAUL, Describe(card, who=who, by_when=by_when))
    assert part(table.document("en"), "What we decided").entries[0].lines[0].text == en
    assert part(table.document("fr"), "Ce que nous avons décidé").entries[0].lines[0].text == fr


def test_a_trial_says_what_we_watch_until_when_and_when_we_stop(french: Table) -> None:
    entry = part(french.document("fr"), "Ce que nous essayons").entries[0]
    assert entry.title == "Deux stories par semaine, par les bénévoles"
    assert texts(entry.lines) == [
        "On observe\u00a0: les messages reçus, pas les abonnés.",
        "Jusqu'au\u00a0: 30 juin.",
        "On arrête si\u00a0: cela prend plus d'une heure par semaine.",
        "Qui s'en occupe\u00a0: les bénévoles.",
    ]


def test_a_trial_that_ends_today_is_due(table: Table) -> None:
    table.agreed(NADIA, "A trial", trial=Trial(until=TODAY))
    table.agreed(NADIA, "A longer trial", trial=Trial(until=TODAY + dt.timedelta(days=1)))
    document = table.document()
    due, running = part(document, "What we are trying").entries
    assert texts(due.lines) == ["Until: 12 May.", "It is time to review it."]
    assert texts(running.lines) == ["Until: 13 May."]
    assert texts(part(document, "In short").lines) == ["2 trials under way.", "One trial is due for review."]


def test_what_was_seen_of_a_trial_since_it_was_agreed_is_what_we_learned(table: Table) -> None:
    card = table.decision(NADIA, "Two stories a week", trial=Trial("messages"))
    table.make(PAUL, AddNote(card, "Said before it began"))
    table.make(NADIA, GiveOpinion(card, "agree", both=True))
    assert "What we learned" not in headings(table.document())
    table.make(PAUL, AddNote(card, "Forty messages,\nmost of them at night"))
    entry = part(table.document(), "What we learned").entries[0]
    assert (entry.title, texts(entry.lines)) == (
        "Two stories a week",
        ["Paul: “Forty messages, most of them at night”"],
    )


def test_a_trial_that_was_stopped_is_kept_under_what_we_learned(table: Table) -> None:
    card = table.agreed(NADIA, "Two stories a week", trial=Trial("messages"))
    table.make(PAUL, SetAside(card))
    document = table.document(full=True)
    assert headings(document) == ["What we learned"]
    assert texts(document.sections[0].entries[0].lines) == ["We stopped this trial."]
    table.make(PAUL, BringBack(card))
    assert "What we learned" not in headings(table.document())


def test_what_came_of_a_trial_is_one_sentence_that_does_not_end_twice(table: Table) -> None:
    card = table.agreed(NADIA, "Two stories a week", trial=Trial("messages"))
    table.make(PAUL, GiveOutcome(card, "change", "Forty messages.", both=True))
    assert texts(part(table.document(), "What we learned").entries[0].lines) == [
        "Paul: “Forty messages”. So we change it."
    ]
    again = table.agreed(NADIA, "A blog", trial=Trial("visits"))
    table.make(PAUL, GiveOutcome(again, "stop", "And then…", both=True))
    assert texts(part(table.document("fr"), "Ce que nous avons appris").entries[0].lines) == [
        "Paul\u00a0: «\u202fAnd then…\u202f». Donc on arrête."
    ]


def test_what_is_the_frame_is_not_among_what_was_not_chosen(table: Table) -> None:
    asked = table.question(NADIA, "How often?")
    table.frame(PAUL, "Three hours a week", asked)
    table.agreed(NADIA, "Twice a week", table.answer(PAUL, "Twice", asked))
    assert "Not chosen" not in everything(table.document(full=True))


def test_a_concern_stands_in_its_author_s_words(table: Table) -> None:
    card = table.decision(NADIA, "Two stories a week")
    table.make(NADIA, GiveOpinion(card, "agree"))
    table.make(PAUL, GiveOpinion(card, "concern", "In June we garden."))
    assert texts(part(table.document(), "Concerns").lines) == ["Paul: “In June we garden.”"]
    assert texts(part(table.document("fr"), "Réserves").lines) == ["Paul\u00a0: «\u202fIn June we garden.\u202f»"]
    table.agreed(NADIA, "A newsletter")
    assert texts(part(table.document(), "Concerns").lines) == [
        "Paul: “In June we garden.” (about “Two stories a week”)"
    ]


def test_an_open_question_awaits_the_party_that_did_not_ask(table: Table) -> None:
    table.question(NADIA, "Who answers at the weekend?")
    asked = table.question(PAUL, "Which tone?")
    table.make(PAUL, AddPerson("Anne", "client"))
    assert texts(part(table.document(), "Open questions").lines) == [
        "Who answers at the weekend? (answer awaited from Paul or Anne)",
        "Which tone? (answer awaited from Nadia)",
    ]
    assert texts(part(table.document("fr"), "Questions ouvertes").lines)[0] == (
        "Who answers at the weekend? (réponse attendue de Paul ou d'Anne)"
    )
    table.answer(NADIA, "As one talks in a garden", asked)
    answered = part(table.document(), "Open questions").lines[1]
    assert answered.text == "Which tone? (to be decided together)"
    assert texts(answered.below) == ["Answer from Nadia: “As one talks in a garden”"]


def test_a_question_that_a_proposal_rests_on_is_told_with_the_proposal(table: Table) -> None:
    asked = table.question(PAUL, "Which tone?")
    answer = table.answer(NADIA, "As one talks in a garden", asked)
    table.decision(NADIA, "We write as we talk", answer)
    document = table.document()
    assert headings(document) == ["Still on the table"]
    assert texts(part(document, "Still on the table").lines[0].below) == [
        "Question from Paul: “Which tone?”",
        "Answer from Nadia: “As one talks in a garden”",
    ]


def test_a_question_whose_answer_is_the_frame_is_answered(table: Table) -> None:
    asked = table.question(NADIA, "How many hours?")
    table.frame(PAUL, "Three hours a week", asked)
    assert headings(table.document()) == ["The frame"]
    assert texts(part(table.document(), "The frame").lines) == ["Three hours a week."]
    full = part(table.document(full=True), "The frame").lines[0]
    assert texts(full.below) == ["Question from Nadia: “How many hours?”"]


def test_a_settled_question_is_no_longer_open(table: Table) -> None:
    asked = table.question(NADIA, "How often?")
    assert headings(table.document()) == ["Open questions"]
    table.agreed(NADIA, "Twice a week", asked)
    assert headings(table.document()) == ["What we decided"]


def test_a_proposal_says_who_it_waits_for_and_who_disagrees(table: Table) -> None:
    card = table.decision(NADIA, "A video channel")

    def proposal(lang: str = "en") -> Line:
        return table.document(lang).sections[-1].lines[0]

    assert proposal().text == "A video channel (waiting for both)"
    assert proposal("fr").text == "A video channel (en attente des deux côtés)"
    table.make(NADIA, GiveOpinion(card, "agree"))
    assert proposal().text == "A video channel (waiting for Paul)"
    assert proposal("fr").text == "A video channel (en attente de Paul)"
    table.make(PAUL, GiveOpinion(card, "disagree", "Nobody can film."))
    assert proposal() == Line("A video channel", below=(Line("Paul disagrees: “Nobody can film.”"),))
    table.make(NADIA, GiveOpinion(card, "withdrawn"))
    table.make(PAUL, GiveOpinion(card, "concern", "Who films?"))
    assert proposal().text == "A video channel (waiting for Nadia)"
    assert texts(proposal().below) == ["Paul agrees, with a concern: “Who films?”"]


def test_a_proposed_trial_shows_its_terms(table: Table) -> None:
    table.decision(NADIA, "Two stories a week", trial=Trial("messages", TODAY, "it takes too long"))
    assert texts(table.document().sections[0].lines[0].below) == [
        "We watch: messages.",
        "Until: 12 May.",
        "We stop if: it takes too long.",
    ]


def test_an_answer_to_no_question_is_not_lost(table: Table) -> None:
    table.answer(PAUL, "Schools")
    assert texts(part(table.document(), "Still on the table").lines) == ["Answer from Paul: “Schools”"]


def test_what_another_decision_replaces_is_told_with_it_and_only_there(table: Table) -> None:
    first = table.agreed(NADIA, "A blog")
    table.agreed(PAUL, "A newsletter", first)
    document = table.document()
    (entry,) = part(document, "What we decided").entries
    assert (entry.title, entry.lines[0].text) == ("A newsletter", "This replaces: “A blog”")
    assert texts(part(table.document(full=True), "What we set aside").lines) == ["Replaced since: “A blog”"]


def test_of_decisions_that_replace_each_other_the_later_one_stands(table: Table) -> None:
    first = table.agreed(NADIA, "A blog")
    second = table.agreed(PAUL, "A newsletter", first)
    table.make(NADIA, LinkCards(first, second))
    assert [entry.title for entry in part(table.document(), "What we decided").entries] == ["A newsletter"]


def test_only_the_full_document_has_bodies_and_what_was_not_taken(french: Table) -> None:
    short, full = everything(french.document("fr")), everything(french.document("fr", full=True))
    for words in (
        "Sur 40, **31** l'an dernier.",
        "Réponse non retenue de Nadia\u00a0: «\u202fLes jeunes actifs du quartier\u202f»",
        "Question de Paul\u00a0: «\u202fFaut-il être sur LinkedIn\u202f?\u202f»",
    ):
        assert words not in short
        assert words in full


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_without_names_nobody_is_named(french: Table, lang: str) -> None:
    document = french.document(lang, full=True, names=False)
    assert "Nadia" not in everything(document)
    assert "Paul" not in everything(document)
    lines = texts(document.sections[2].entries[0].lines)
    if lang == "fr":
        assert lines[0].startswith("Question côté conseil\u00a0: «")
        assert lines[-2] == "Qui s'en occupe\u00a0: côté client, d'ici au 1er juin."
    else:
        assert lines[0].startswith("Question from the consultant: “")
        assert lines[-2] == "Who takes care of it: the client, by 1 June."


def test_without_names_a_task_of_several_people_names_no_one_either(table: Table) -> None:
    card = table.agreed(NADIA, "Two stories a week")
    table.make(PAUL, Describe(card, who="Paul, and Ana on Wednesdays", subject_to="Nadia and the board"))
    assert texts(part(table.document(names=False), "What we decided").entries[0].lines) == ["Both agreed, on 12 May."]


def test_without_names_who_still_has_to_agree_is_a_side_or_whoever_is_not_at_the_table(table: Table) -> None:
    card = table.agreed(NADIA, "Two stories a week")
    for whom, told in (("paul", "the client"), ("The town", "The town")):
        table.make(PAUL, Describe(card, subject_to=whom))
        lines = texts(part(table.document(names=False), "What we decided").entries[0].lines)
        assert lines[0] == f"Subject to: {told}."


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("Zoé", "de Zoé"),
        ("Anne", "d'Anne"),
        ("Élodie", "d'Élodie"),
        ("Hélène", "d'Hélène"),
        ("Yves", "d'Yves"),
        ("Yasmine", "de Yasmine"),
        ("Œdipe", "d'Œdipe"),
        ("陳", "de 陳"),
    ],
)
def test_french_says_of_anne_without_the_e(table: Table, name: str, of: str) -> None:
    table.make(NADIA, AddPerson(name, "client"))
    person = max(table.board.people)
    table.answer(person, "Schools")
    assert everything(table.document("fr")).count(f"Réponse {of}\u00a0: «\u202fSchools\u202f»") == 1


def test_more_than_two_people_agree_as_sides(table: Table) -> None:
    table.agreed(NADIA, "Two stories a week")
    table.make(PAUL, AddPerson("Anne", "client"))
    (line,) = part(table.document("fr"), "Ce que nous avons décidé").entries[0].lines
    assert line.text == "D'accord des deux côtés, le 12 mai."


def test_provenance_names_the_change_and_eight_digits_of_the_digest(table: Table) -> None:
    table.question(NADIA, "Why?")
    assert table.document("fr", digest="7f3a91c2" * 4).provenance == "Accord, modification 1, empreinte 7f3a91c2"
    assert table.document("en", digest="7f3a91c2" * 4).provenance == "Accord, change 1, fingerprint 7f3a91c2"
    assert table.document("en").provenance == "Accord, change 1"


def test_no_card_number_stands_in_the_text(french: Table) -> None:
    words = everything(french.document("fr", full=True)).split()
    assert not {f"{letter}{number}" for letter in "QRAD" for number in range(1, 20)} & {
        w.strip("«»().,:") for w in words
    }


def test_braces_that_people_type_stay_as_they_are(table: Table) -> None:
    table.question(NADIA, "{title} {0} {whom} %s?")
    assert texts(table.document().sections[0].lines) == ["{title} {0} {whom} %s? (answer awaited from Paul)"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Three hours", "Three hours."),
        ("Three hours.", "Three hours."),
        ("Three hours?", "Three hours?"),
        ("Three hours…", "Three hours…"),
        ("At most 50 %", "At most 50 %."),
        ("At most 300 €", "At most 300 €."),
        ("No photos (of children)", "No photos (of children)."),
        ("See https://example.org/frame", "See https://example.org/frame"),
        ("Three hours 🌻", "Three hours 🌻"),
    ],
)
def test_a_sentence_ends_once(table: Table, typed: str, said: str) -> None:
    table.frame(PAUL, typed)
    assert texts(part(table.document(), "The frame").lines) == [said]
