"""Triage from outside: training it, measuring it, and what 20,000 lines take."""
