"""Doctors linked to a site: of those who have room one is preferred for its patients, else anybody."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from functools import cache
from uuid import UUID

from xinglin.care.consultation.types import WaitingRequest
from xinglin.care.dispatch.engine import Doctor, Request
from xinglin.care.dispatch.rules import LOWEST_GRADE, TOP_GRADE
from xinglin.care.sites import queries as sites


class Linked:
    """Of the visits that wait at sites, the doctors linked to their site."""

    def __init__(self) -> None:
        self.of: dict[UUID, frozenset[UUID]] = {}

    def learn(self, waiting: Iterable[WaitingRequest]) -> None:
        """Reads once for each site from which one of these visits waits; of most none does."""
        linked = cache(sites.linked_doctors)
        for w in waiting:
            if w.site_id is not None and w.named_id is None and (found := linked(w.site_id)):
                self.of[w.consultation_id] = found

    def preferring(
        self,
        request: Request,
        barred: Collection[UUID],
        doctors: Mapping[UUID, Doctor],
        spared: Collection[str],
    ) -> Request:
        """The request, with the linked doctor who has room, serves the department and speaks the
        language: of several the one whose own department it is, then with the least load, then the
        longest idle.

        A former doctor with room goes before them; an expert who is spared is not preferred.

        Args:
            doctors: who may be asked now.
        """
        linked = self.of.get(request.id)  # type: ignore[call-overload]  # the id of a visit
        if not linked or _may_have(request, doctors.get(request.former)):  # type: ignore[call-overload]
            return request
        is_spared = request.department in spared and request.need == LOWEST_GRADE
        able = [
            doctor
            for each in linked
            if each not in barred
            and (doctor := doctors.get(each)) is not None
            and _may_have(request, doctor)
            and not (is_spared and doctor.grade == TOP_GRADE)
        ]
        if not able:
            return request
        best = min(able, key=lambda d: (d.departments[request.department], *_load(d), str(d.id)))
        return replace(request, preferred=best.id)


def _may_have(request: Request, doctor: Doctor | None) -> bool:
    return (
        doctor is not None
        and request.department in doctor.departments
        and doctor.used < doctor.units
        and doctor.grade >= request.need
        and (request.language is None or request.language in doctor.languages)
    )


def _load(doctor: Doctor) -> tuple[float, float]:
    return doctor.used / doctor.units, doctor.idle_since
