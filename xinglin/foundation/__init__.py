"""Knows users, files and events; knows no medicine."""
