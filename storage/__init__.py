"""What an Accord board is, its rules, and every form in which it is kept. It knows no screen.

from storage import Store, Voice, changes

with Store.open(Path("acme.json")) as store:
    Voice(store, "p1", "a-session").commit_now(changes.AddCard("question", "Who do we want to reach?"))
"""

from . import changes
from .acts import Act, Record
from .board import Board, new_board
from .card import Card
from .language import LANGUAGES, Language
from .refusal import Refused
from .store import Notice, Store, Update
from .voice import Voice

__all__ = [
    "LANGUAGES",
    "Act",
    "Board",
    "Card",
    "Language",
    "Notice",
    "Record",
    "Refused",
    "Store",
    "Update",
    "Voice",
    "changes",
    "new_board",
]
