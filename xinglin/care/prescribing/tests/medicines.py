"""Medicines by the fewest words."""

import itertools
from uuid import UUID

from xinglin.care.people import queries as people
from xinglin.care.prescribing.models import MedicinalProduct
from xinglin.care.prescribing.services.medicine_rows import spelt
from xinglin.foundation.sheets.tests.samples import workbook

_numbers = itertools.count(1)
HEAD = {
    "code": "药品代码*",
    "generic_name_zh": "通用名*",
    "generic_name_en": "英文通用名*",
    "ingredients_zh": "成分",
    "ingredients_en": "成分英文名",
    "strength_value": "规格数值",
    "strength_unit": "规格单位",
    "form": "剂型",
    "routes": "给药途径",
    "category": "药品类别",
    "injection": "注射剂",
    "control": "管理类别",
    "approval_number": "批准文号",
    "fact_status": "资料状态",
}
GOOD = {
    "code": "M0001",
    "generic_name_zh": "盐酸二甲双胍片",
    "generic_name_en": "Metformin hydrochloride tablets",
    "ingredients_zh": "二甲双胍",
    "ingredients_en": "metformin",
    "form": "片剂",
    "routes": "口服",
    "category": "处方药",
    "approval_number": "DEMO-H000001",
}


def medicine(
    zh: str = "盐酸二甲双胍片",
    en: str = "Metformin hydrochloride tablets",
    *,
    institution_id: UUID | None = None,
    **changes: object,
) -> MedicinalProduct:
    """One that may be prescribed at the first hospital; `changes`: of its fields."""
    told = {
        "code": f"T{next(_numbers):04d}",
        "generic_name_zh": zh,
        "generic_name_en": en,
        "category": "rx",
        "form": "tablet",
        "routes": ["oral"],
        "dose_unit": "{tablet}",
        "approval_number": "DEMO-H000001",
        **spelt(zh),
    }
    return MedicinalProduct.objects.create(
        institution_id=institution_id or people.default_institution().id, **(told | changes)
    )


def sheet(*rows: dict, head: dict[str, str] = HEAD) -> bytes:
    return workbook(list(head.values()), *[[row.get(key) for key in head] for row in rows])
