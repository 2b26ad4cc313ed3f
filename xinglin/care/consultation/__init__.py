"""The encounter: lifecycle, messages, record."""
