"""Duty, offers, matching, queue."""
