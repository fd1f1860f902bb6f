"""Moving cards: by Shift and arrows, by dragging, or by choosing a column."""

from __future__ import annotations

from storage import Board, Refused, changes
from storage.changes import Change

from ..widgets.board import BoardView, Spot
from ..words import column_title
from .asking import Choice, Choose
from .card_commands import Make
from .dialogue_commands import DialogueCommands


class MovingCommands(DialogueCommands):
    """Commands that want the lanes in sight."""

    @property
    def view(self) -> BoardView:
        """The lanes."""
        raise NotImplementedError

    async def _carry(self, card: str, lanes: int, places: int) -> None:
        if self.view.view != "columns":
            say = self.session.language.say
            self.tell(say("Cards are moved in the columns. {key} changes the view.", key=self.key("view")))
            return
        await self._move(card, lambda board: self._carried(board, card, lanes, places))

    def _carried(self, board: Board, card: str, lanes: int, places: int) -> Change | None:
        standing = board.standing
        place = standing.places.get(card)
        if place is None or place.state in ("settled", "not_chosen", "replaced", "aside"):
            return None
        columns = [column.id for column in board.ordered_columns()]
        if lanes:
            at = columns.index(place.column) + lanes
            if not 0 <= at < len(columns):
                return None
            return changes.Move(card, columns[at], before=self._beside(columns[at]))
        lane = [identity for _, identity in standing.lanes[place.column]]
        at = lane.index(card)
        if not 0 <= at + places < len(lane):
            return None
        before = lane[at - 1] if places < 0 else lane[at + 2] if at + 2 < len(lane) else None
        return changes.Move(card, place.column, before=before)

    def _beside(self, column: str) -> str | None:
        """A moved card comes last in the part of the lane that is on the screen: little else moves for it."""
        return self.view.last_in_sight(column)

    async def _drop(self, card: str, spot: Spot) -> None:
        await self._move(card, lambda _: changes.Move(card, spot.lane, before=spot.before))

    async def _move(self, card: str, make: Make) -> None:
        """Make a move. Where opinions are missing for it, the panel that says whose is opened."""
        agreed = self.board.cards[card].agreed
        try:
            board = await self.attempt(make)
        except Refused as refused:
            if refused.code != "opinion-missing":
                raise
            self.view.seek(card)
            await self.do_opinion()
            return
        if board is not None:
            self.show_board(go_to=card)
            self._tell_moved(card, agreed)

    def _tell_moved(self, identity: str, agreed_before: bool) -> None:
        """Where a card now stands; and that an assent was taken back with it, if so."""
        say, card = self.session.language.say, self.board.cards[identity]
        column = self.board.columns[self.board.standing.places[identity].column]
        facts = {"id": self.named(identity), "column": column_title(self.session.language, column)}
        if agreed_before and not card.agreed:
            name, key = self.board.name_of(self.session.voice.person), self.key("undo")
            words = say(
                "{id} is no longer agreed: {name}'s assent is taken back. {key} undoes.", name=name, key=key, **facts
            )
            self.tell(words, "alert")
        else:
            self.tell(say("{id} stands in {column}.", **facts))

    async def do_move(self) -> None:
        """Choose the column for the card in hand; Enter puts it there."""
        card = self.card_in_hand()
        if card is None:
            return
        language, board = self.session.language, self.board
        columns = board.ordered_columns()
        here = board.standing.places[card.id].column
        choices = [Choice(column.id, column_title(language, column)) for column in columns]
        at = min(len(columns) - 1, [column.id for column in columns].index(here) + 1)
        heading = language.say("Move {id} to…", id=self.named(card.id))
        column = await self.app.push_screen_wait(Choose(language, heading, choices, at=at, note=card.title))
        if column is not None:
            await self._drop(card.id, Spot(column, self._beside(column)))
