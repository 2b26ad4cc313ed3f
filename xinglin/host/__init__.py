"""The caretaker: command line, embedded PostgreSQL, supervisor, demo hospital."""
