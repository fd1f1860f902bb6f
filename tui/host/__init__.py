"""The host: the same board for guests, over SSH."""
