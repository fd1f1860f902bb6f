"""What screens are made of. Widgets are given state and post messages about cards; they store nothing."""
