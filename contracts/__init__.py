"""Custom contracts of import-linter: the walls of the house that the stock ones cannot say."""
