"""Proposes nothing: what every hospital has until its operator chooses otherwise."""

from xinglin.care.triage.types import NoProposalError, ToldToAssistant


def propose(told: ToldToAssistant) -> str:
    del told
    raise NoProposalError("no_gateway")
