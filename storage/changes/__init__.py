"""Changes: what a voice can do to a board. Each is a small frozen value that knows its rule and its effect.

A change writes acts into an :class:`~storage.acts.Edit`; their inverse is its inverse. It raises
:class:`~storage.refusal.Refused` where a rule forbids it, and what it has written by then is thrown away.
"""

from .base import Change, Moment
from .cards import AddCard, AddNote, BringBack, CorrectVoice, Describe, LinkCards, SetAside, Together
from .columns import AddColumn, MoveColumn, RemoveColumn, RenameColumn
from .dialogue import ConfirmOutcome, GiveOutcome, Look, SetFrame
from .importing import ImportCards
from .opinions import GiveOpinion, Move
from .people import AddPerson, DescribeBoard, DescribeParty, RenamePerson
from .undo import TakeBack
from .wording import Confirm, DropCorrection, Reword

__all__ = [
    "AddCard",
    "AddColumn",
    "AddNote",
    "AddPerson",
    "BringBack",
    "Change",
    "Confirm",
    "ConfirmOutcome",
    "CorrectVoice",
    "Describe",
    "DescribeBoard",
    "DescribeParty",
    "DropCorrection",
    "GiveOpinion",
    "GiveOutcome",
    "ImportCards",
    "LinkCards",
    "Look",
    "Moment",
    "Move",
    "MoveColumn",
    "RemoveColumn",
    "RenameColumn",
    "RenamePerson",
    "Reword",
    "SetAside",
    "SetFrame",
    "TakeBack",
    "Together",
]
