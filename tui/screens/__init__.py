"""What a session shows: the board, a card, questions to whoever sits there. Only screens commit."""
