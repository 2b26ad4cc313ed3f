"""What a doctor finds in a visit before and while a prescription is written."""

from xinglin.care.prescribing.api.prescription_schemas import (
    ChoiceOut,
    DiagnosisOut,
    RefusalOut,
    RowOut,
)
from xinglin.kernel.wire import Out


class TermsOut(Out):
    """Between what the doctor chooses. `units`: UCUM. `uncounted`: frequencies whose doses are told."""

    sheets: list[ChoiceOut]
    units: list[ChoiceOut]
    frequencies: list[ChoiceOut]
    uncounted: list[str]
    longer_for: list[ChoiceOut]
    void_reasons: list[ChoiceOut]
    most_items: dict[str, int]
    most_valid_days: int


class VisitPageOut(Out):
    """`diagnoses`: codes that may be prescribed for. `earlier`: of other visits, to copy from.
    `against`: why none may be begun now, of policy; empty when one may.
    """

    items: list[RowOut]
    earlier: list[RowOut]
    may_prescribe: bool
    against: list[RefusalOut]
    diagnoses: list[str]
    proven: list[DiagnosisOut]
    terms: TermsOut
