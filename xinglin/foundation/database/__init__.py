"""The short way to PostgreSQL, for the statements that every consultation sends (ADR 15)."""
