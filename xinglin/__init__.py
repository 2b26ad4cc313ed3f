"""Xinglin (杏林), the open internet hospital."""

__version__ = "0.1.0"
