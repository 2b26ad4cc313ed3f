"""What goes over the wire about history and search."""

from datetime import datetime
from uuid import UUID

from xinglin.care.consultation.api.schemas import DepartmentOut, DoctorOut, ListedOut
from xinglin.kernel.text import Text
from xinglin.kernel.wire import Out


class PersonOut(Out):
    id: UUID
    name: str


class HeadOut(Out):
    """Whose visit, where and with whom."""

    id: UUID
    patient: PersonOut
    department: DepartmentOut
    doctor: DoctorOut | None
    state: str
    requested_at: datetime


class FacetsOut(Out):
    """By what one may choose: only what the holder has had."""

    years: list[int]
    departments: list[DepartmentOut]
    total: int


class VisitsOut(Out):
    """`facets`: with the first page only."""

    items: list[ListedOut]
    next: UUID | None
    facets: FacetsOut | None


class DiagnosisNameOut(Out):
    code: str
    zh: str
    en: str


class RecordLineOut(Out):
    visit: HeadOut
    version: int
    signed_at: datetime
    signed_by: Text
    chief_complaint: str
    diagnoses: list[DiagnosisNameOut]
    advice: str


class RecordsOut(Out):
    items: list[RecordLineOut]
    next: UUID | None


class ByOut(Out):
    """A guest who has said it."""

    name: str
    relation: str


class FileOut(Out):
    """`path`: below the API; leads to a link of a minute."""

    visit: HeadOut
    seq: int
    kind: str
    path: str
    name: str
    width: int | None
    height: int | None
    milliseconds: int | None
    pages: int | None
    bytes: int | None
    sender: str
    by: ByOut | None
    at: datetime


class FilesOut(Out):
    items: list[FileOut]
    next: str | None


Marks = list[tuple[int, int]]


class FoundMessageOut(Out):
    """`marks`: [from, to) in characters (code points) of the excerpt."""

    visit: HeadOut
    seq: int
    sender: str
    by: ByOut | None
    at: datetime
    excerpt: str
    marks: Marks


class FoundMessagesOut(Out):
    items: list[FoundMessageOut]
    next: str | None


class FoundRecordOut(Out):
    """`part`: of the record, or `complaint`, or `department`."""

    visit: HeadOut
    signed_version: int | None
    part: str
    excerpt: str
    marks: Marks


class FoundRecordsOut(Out):
    items: list[FoundRecordOut]
    next: str | None


class NameMarksOut(Out):
    zh: Marks
    en: Marks


class FoundDoctorOut(Out):
    doctor: DoctorOut
    visits: int
    last_visit: UUID
    marks: NameMarksOut


class FoundDoctorsOut(Out):
    items: list[FoundDoctorOut]
    next: str | None


class FoundFileOut(FileOut):
    marks: Marks


class FoundFilesOut(Out):
    items: list[FoundFileOut]
    next: str | None


class FoundOut(Out):
    """A group that was not asked for is null."""

    query: str
    messages: FoundMessagesOut | None
    records: FoundRecordsOut | None
    doctors: FoundDoctorsOut | None
    files: FoundFilesOut | None
