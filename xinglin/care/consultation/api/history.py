"""What a holder has had here, and one search over all of it."""

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router

from xinglin.care.consultation import queries
from xinglin.care.consultation.api import history_schemas as schemas
from xinglin.care.consultation.api.search import KEY
from xinglin.foundation.accounts.services import requires, viewer_of

router = Router()
Limit = Annotated[int, Query(ge=1, le=50)]
Year = Annotated[int | None, Query(ge=2000, le=2200)]
Word = Annotated[str, Query(max_length=64)]
_UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


@router.get(
    "/history/visits",
    response=schemas.VisitsOut,
    operation_id="list_own_visits",
    summary="Visits of all patients of the account, newest first; by person, department, year, state",
)
@requires("consultation.read_history")
def list_own_visits(  # noqa: PLR0917  # ninja reads the query by name
    request: HttpRequest,
    patient: UUID | None = None,
    department: Word = "",
    year: Year = None,
    state: Word = "",
    after: UUID | None = None,
    limit: Limit = 20,
) -> dict[str, Any]:
    return queries.visits_of_holder(
        viewer_of(request),
        patient_id=patient,
        department=department,
        year=year,
        state=state,
        after=after,
        limit=limit,
    )


@router.get(
    "/history/records",
    response=schemas.RecordsOut,
    operation_id="list_own_records",
    summary="Signed summaries of all patients of the account, newest visit first",
)
@requires("consultation.read_history")
def list_own_records(
    request: HttpRequest,
    patient: UUID | None = None,
    department: Word = "",
    year: Year = None,
    after: UUID | None = None,
    limit: Limit = 20,
) -> dict[str, Any]:
    return queries.records_of_holder(
        viewer_of(request),
        patient_id=patient,
        department=department,
        year=year,
        after=after,
        limit=limit,
    )


@router.get(
    "/history/files",
    response=schemas.FilesOut,
    operation_id="list_own_files",
    summary="Pictures, voice notes and documents of all own visits, newest first",
)
@requires("consultation.read_history")
def list_own_files(
    request: HttpRequest,
    patient: UUID | None = None,
    kind: Literal["", "picture", "voice", "document"] = "",
    after: Annotated[str | None, Query(pattern=KEY)] = None,
    limit: Limit = 30,
) -> dict[str, Any]:
    return queries.files_of_holder(
        viewer_of(request), patient_id=patient, kind=kind, after=after, limit=limit
    )


@router.get(
    "/search",
    response=schemas.FoundOut,
    operation_id="search_all",
    summary="Conversations, records, doctors and files of the viewer with these words",
)
@requires("consultation.read_history")
def search_all(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=200)],
    group: Literal["messages", "records", "doctors", "files"] | None = None,
    after: Annotated[str | None, Query(pattern=rf"^{_UUID}(:[0-9]{{1,9}})?$")] = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 5,
) -> dict[str, Any]:
    """`after` belongs to a group; without one it is not looked at."""
    return queries.find(
        viewer_of(request),
        q,
        group=group,
        after=queries.after_of(group, after),
        limit=limit,
    )
