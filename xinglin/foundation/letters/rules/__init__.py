"""How a letter is set."""
