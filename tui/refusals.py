"""What a refusal or a notice of storage means, in one sentence that says what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from storage import Language, Refused
from storage.card import PARTIES, shown_id
from storage.language import later
from storage.text import clean_line

from .words import GuestLanguage, party_word

REFUSALS: Mapping[str, str] = {
    # What was asked of a card
    "no-such-card": later("There is no card {id} on this board; look up its number."),
    "only-decisions": later("{id} is no decision: opinions are given on decisions. Make a proposal that rests on it."),
    "only-decisions-agreed": later("{id} is no decision: only decisions are agreed. Make a proposal that rests on it."),
    "empty-title": later("The title is empty; write at least a word."),
    "title-too-long": later(
        "That line has {length} characters, {longest} fit; put the rest into the text of the card."
    ),
    "body-too-long": later("That text has {length} characters, {longest} fit; make several cards of it."),
    "empty-note": later("The note is empty; write at least a word."),
    "answer-needs-question": later("{id} is no question: an answer belongs to a question. Name one, or none."),
    "link-to-itself": later("{id} cannot be linked to itself; choose another card."),
    "set-aside": later("{id} is set aside; bring it back first."),
    "not-set-aside": later("{id} is not set aside: it is on the board already."),
    # Opinions and agreement
    "opinion-missing": later("{id} is agreed once both agree to it as it is worded; still missing: {missing}."),
    "agreed-is-computed": later("Nothing begins as agreed: add it on the table, then both give their opinion."),
    "reason-missing": later("A concern and a disagreement need their reason; say why in one line."),
    "both-needs-one-screen": later("Both at once is for one shared screen; here each gives their own opinion."),
    "both-only-agree": later("Both at once can only agree; a concern or an objection has one author."),
    "nobody-there": later("There is nobody on the side of the {party} yet; add somebody to the board first."),
    "nothing-to-withdraw": later("Your side has given no opinion on {id} that it could take back."),
    "nothing-to-confirm": later("No new spelling of {id} waits for you: it was confirmed or dropped meanwhile."),
    "no-longer-agreed": later("{id} is no longer agreed; reword it instead of correcting its spelling."),
    "reworded-since": later("{id} was reworded while you were reading; read it as it now is, then say it again."),
    "trial-needs-terms": later("{id} is agreed for good; to try it, first say what to watch and until when."),
    "trial-stands-in-trying": later("{id} is a trial and stands under what is tried, until its outcome is known."),
    "only-answers-frame": later("{id} is no answer: the frame is made of answers. Answer it first."),
    "not-on-trial": later("{id} is not being tried; an outcome belongs to a trial that both agreed to."),
    "empty-outcome": later("The outcome needs what was seen; say it in one line."),
    "no-outcome": later("No outcome of {id} waits to be confirmed; give one first."),
    "outcome-changed": later("Another outcome of {id} was given while you were reading; read it, then confirm it."),
    "outcome-waits": later("The outcome of {id} waits for {name}; it takes effect when they confirm it."),
    "not-yours-to-look": later("{id} is the other side's card: both wordings stay in sight until they have looked."),
    # People, columns, the board
    "no-such-person": later("There is no {person} on this board; add the person first."),
    "empty-name": later("The name is empty; write at least a letter."),
    "name-taken": later("There is a {name} already; choose a name that tells the two apart."),
    "no-such-column": later("There is no column “{column}”; use its title, or discuss, table, agreed or trying."),
    "column-has-role": later("This column is one of the four of every board: it can be renamed, not removed."),
    "no-such-language": later("There is no language {lang} here; choose en or fr."),
    # Voices, undo
    "voice-is-fixed": later("From here only your own voice speaks; ask the other side to say it themselves."),
    "speaks-elsewhere": later("{name} sits at a screen of their own; let them say it there."),
    "view-only": later("You may look at this board, not change it; ask for an invitation to edit."),
    "nothing-to-undo": later("Nothing was typed here that could be undone."),
    "nothing-to-redo": later("Nothing was undone here that could be made again."),
    "touched-since": later("This cannot be undone: {name} has changed the same thing since. Change it by hand."),
    "linked-since": later("{id} cannot be undone: {by}, said by {name}, is linked to it. Set it aside instead."),
    "assented-since": later("{name} has agreed to {id} since; undoing it ends that. Ask first, or confirm to undo it."),
    # Files
    "file-exists": later("{path} is there already; open it, or choose another name."),
    "not-a-board-name": later("{path} is no name for a board; choose one like acme.json."),
    "no-such-file": later("{path} is not there; check the name, or begin a board with: accord new"),
    "name-too-long": later("That name is too long for a file here; choose a shorter one."),
    "not-a-board": later("{path} is no Accord board; name the .json file of one."),
    "later-version": later(
        "{path} is of a later version of Accord (format {version}, this one reads {known}); update it."
    ),
    "damaged": later(
        "{path} is damaged from change {seq} on and can only be read; mend it with: accord check --repair"
    ),
    "damaged-without-journal": later("{path} is damaged and its journal is gone; restore both from a copy."),
    "nothing-sound": later("Nothing in {path} can be read any more; restore it and its journal from a copy."),
    "not-allowed": later("You may not do that with {path}; ask its owner for the right to, or choose another place."),
    "disk-full": later("The disk is full: {path} was not written, and nothing was changed. Make room and try again."),
    "disk-failed": later("{path} cannot be read or written ({reason}); nothing was changed. Check the disk."),
    "journal-stuck": later(
        "{path} could not be written ({reason}), nor put back as it was: check the disk, then open the board again."
    ),
    "foreign-journal": later(
        "{path} and the journal beside it are of two different boards; put the journal back that belongs to it."
    ),
    "journal-replaced": later(
        "Another program has cut or replaced {path}: close the board, check it, and open it again."
    ),
    "busy": later("Somebody else has been writing to this board for {seconds} seconds; try again in a moment."),
    "closed": later("The board is closed already; open it again."),
    "no-such-word": later("No command and no board is called {path}; see accord -h, or begin it: accord new {path}"),
    "no-terminal": later("There is no terminal here to open a board in; accord list and accord export need none."),
    "no-such-folder": later("The folder {path} is not there; make it first, or choose another."),
    "is-a-folder": later("{path} is a folder; name a file."),
    "would-overwrite": later("{path} is the board itself; choose another file."),
    # Hosting and inviting
    "cannot-listen": later("Nobody could come in at {address} ({reason}); choose another port: --listen HOST:PORT"),
    "hosted-already": later("This board is hosted already, on port {port}; stop that host first."),
    "bad-address": later("“{address}” is no address to listen at; write it like 0.0.0.0:8022."),
    "bad-duration": later("“{value}” is no time that an invitation can hold: 30m, 24h, 3d, 2w; 90 days at most."),
    "bad-user-name": later("“{name}” cannot stand before the @; use small letters, digits and dashes."),
    "bad-key": later("That is no public key; give the file that ends in .pub."),
    "too-many-invitations": later("{most} invitations hold already; withdraw one first."),
    "no-such-invitation": later("No invitation holds for {name}; see: accord invite BOARD --list"),
    "only-the-host-invites": later("Invitations are made where the board is hosted; ask whoever invited you."),
    "invitations-damaged": later("{path} cannot be understood; move it away, and invite again."),
    "host-key-damaged": later("{path} is no key any more; restore it, or move it away: guests will be asked anew."),
    # Files that are taken in
    "no-such-source": later("{path} is not there; check the name of the file that is to be taken in."),
    "is-a-board": later("That is a board of Accord; open it with: accord {path}"),
    "is-another-board": later("That is a board of Accord: leave this one with {key}, then open it: accord {path}"),
    "is-this-board": later("That is this very board: it is open here already."),
    "file-too-large": later("{path} is too large to be taken in: {longest} bytes fit; take it in parts."),
    "bad-json": later("{path} breaks off or is damaged in line {line}, column {column}; have it written anew."),
    "not-understood": later("{path} is not what {form} writes; check which file it is, or say with --from what it is."),
    "no-cards": later("Nothing in {path} could become a card; write each as a line of a list: - Who reads us?"),
    "no-browser": later("No browser can be opened from here; the page is here: {path}"),
    "browser-failed": later("The browser could not be opened; the page is here: {path}"),
    "no-browser-for-guests": later("From here no browser can be opened; copy the text instead."),
    # Banks of questions
    "no-such-bank": later("{path} is not there; check the name of the file with the questions."),
    "no-questions": later("There are no questions in {path}; write each as a line of a list: - Who reads us?"),
    "picked-from": later(
        "{path} is a long text: open the board and pick from it with Ctrl+O; to take in every item: --from markdown"
    ),
    "not-text": later("{path} is no text in UTF-8; save it as a plain text in UTF-8."),
    "bank-too-large": later("{path} is too large for a file of questions: {longest} bytes fit; make several of it."),
}

_FILES = later("Something is wrong with the files of this board: from here it can only be read. Tell whoever hosts it.")

NOTICES: Mapping[str, str] = {
    # What opening a board found, or happened while it was open
    "foreign-journal": later(
        "The journal beside {path} is of another board: this one can only be read; put its own journal back."
    ),
    "damaged": later(
        "{path} is damaged from change {seq} on: what is sound can be read. Mend it with accord check --repair."
    ),
    "torn-line": later("The last change had not been written whole when something stopped; it was set apart."),
    "checkpoint-rebuilt": later("{path} was missing or damaged and was made again from its journal; nothing is lost."),
    "journal-lost": later("{path} was gone: the history up to now is lost, a new one has been begun."),
    "journal-replaced": later("Another program has cut or replaced {path}; what was known here is kept beside it."),
    "journal-stuck": later(
        "{path} could not be written ({reason}), nor put back as it was: check the disk, then open the board again."
    ),
    "later-version": later("A later version of Accord has gone on with {path}: from here it can only be read now."),
    "disk-failed": later("{path} cannot be followed any more ({reason}): check the disk, then open the board again."),
    "read-only": later("You may read {path}, not change it."),
    # What a check found
    "journal-missing": later(
        "{path} is missing, and the history with it; restore it, or begin one with: accord check --repair"
    ),
    "journal-damaged": later(
        "{path} is damaged in line {line} (change {seq}, byte {offset}); mend it with: accord check --repair"
    ),
    "journal-torn": later("{path} ends in half a line (line {line}, byte {offset}); the next change sets it apart."),
    "journal-short": later(
        "{path} ends before change {seq}, the board has {checkpoint}; mend it with: accord check --repair"
    ),
    "checkpoint-missing": later("{path} is missing; opening the board makes it again from its journal."),
    "checkpoint-damaged": later("{path} is damaged; opening the board makes it again from its journal."),
    "checkpoint-differs": later(
        "{path} is not what its journal gives at change {seq}; mend it with: accord check --repair"
    ),
    # What a repair did
    "line-completed": later("The last line of {path} lacked nothing but its end, which it now has."),
    "journal-set-apart": later("What was damaged in the journal, from its line {line} on, is kept in {path}."),
    "history-lost": later("{path} tells no longer of the changes {first} to {last}; the board has them."),
    "changes-lost": later("{path} stands as it was before change {seq}: what came after could not be read."),
}


REFUSALS_FOR_GUESTS: Mapping[str, str] = {
    "disk-full": later(
        "The disk of the host is full: nothing can be kept there now. Tell whoever hosts the board, then try again."
    ),
    "disk-failed": later(
        "The host could not write that, and nothing was changed. Try again, and tell whoever hosts the board."
    ),
    "not-allowed": later("The host may not write there: nothing can be kept now. Tell whoever hosts the board."),
    "read-only": later("This board can only be read: the host may not change its files. Tell whoever hosts it."),
    **dict.fromkeys(("journal-stuck", "journal-replaced", "foreign-journal", "damaged", "later-version"), _FILES),
}
"""What a guest can do nothing about, said instead of the above to those who come to a host."""

NOTICES_FOR_GUESTS: Mapping[str, str] = {**REFUSALS_FOR_GUESTS, "disk-failed": _FILES}


class Told(Protocol):
    """A code and facts, as storage tells things."""

    @property
    def code(self) -> str:
        """What it is about."""

    @property
    def facts(self) -> dict[str, object]:
        """What a sentence about it needs."""


def sentence(refused: Refused, language: Language) -> str:
    """Why something was refused and what to do, as one line."""
    return _said(REFUSALS, REFUSALS_FOR_GUESTS, refused, language)


def notice_sentence(notice: Told, language: Language) -> str:
    """What was found in the files of a board, as one line."""
    return _said(NOTICES, NOTICES_FOR_GUESTS, notice, language)


def _said(sentences: Mapping[str, str], for_guests: Mapping[str, str], told: Told, language: Language) -> str:
    facts = {name: _shown(name, value, language) for name, value in told.facts.items()}
    if isinstance(language, GuestLanguage) and told.code in for_guests:
        return language.say(for_guests[told.code])
    try:
        return language.say(sentences[told.code]).format(**facts)
    except KeyError:
        # A code of a later version, or a fact that is missing: still a line that can be read and passed on.
        told_facts = ", ".join(f"{name} {value}" for name, value in facts.items())
        code = clean_line(told.code)
        return language.say("That is not possible ({code}).", code=f"{code}: {told_facts}" if told_facts else code)


def _shown(name: str, value: object, language: Language) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(clean_line(str(one)) for one in value)
    text = clean_line(str(value))
    if name in ("id", "by"):
        return shown_id(text, language.code)
    if name == "party" and text in PARTIES:
        return party_word(language, text)
    if name == "path" and isinstance(language, GuestLanguage):
        text = text.rpartition("/")[2]  # a guest never learns where files of the host lie
    if not text and name in ("name", "path"):
        return language.say("somebody") if name == "name" else language.say("“”")
    return text
