"""What is wrong with a list that ships with the house."""


class BadEntryError(ValueError):
    """An entry of a shipped list contradicts itself or the others."""
