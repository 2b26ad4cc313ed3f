"""Medicines: found by whoever prescribes, listed for whoever keeps the catalogue."""

import re
import unicodedata
from uuid import UUID

from django.db.models import Q

from xinglin.care.prescribing import rules
from xinglin.care.prescribing.models import MedicinalProduct
from xinglin.care.prescribing.types import Medicine, Strength
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel.errors import NotFound, Refusal, RuleRefused
from xinglin.kernel.text import Text

LIMIT = 20
LONGEST_QUERY = 60
_HAN = re.compile(r"[\u3400-\u9fff]")
# Lists hold what may be prescribed and nothing else; `refusals` says the same of one medicine.
_MAY_BE_FOUND = f"""
    institution_id = %(house)s and active and control = '{rules.NOT_CONTROLLED}'
    and category <> '' and approval_number <> ''
"""  # constants only
_BY_HAN = f"""
    select * from prescribing_medicinal_product
    where {_MAY_BE_FOUND} and generic_name_zh like %(inside)s
    order by not starts_with(generic_name_zh, %(whole)s), length(generic_name_zh), generic_name_zh,
        strength_value nulls last, code
    limit {LIMIT}
"""  # noqa: S608  # the same
_BY_LATIN = f"""
    select * from prescribing_medicinal_product
    where {_MAY_BE_FOUND} and (initials like %(sound)s or pinyin like %(sound)s
        or lower(generic_name_en) like %(words)s or lower(generic_name_en) like %(later)s
        or lower(code) = %(spoken)s)
    order by lower(code) <> %(spoken)s, initials <> %(whole)s,
        not starts_with(lower(generic_name_en), %(spoken)s), not starts_with(initials, %(whole)s),
        strpos(initials, %(whole)s) = 0, length(initials), generic_name_zh, strength_value nulls last, code
    limit {LIMIT}
"""  # noqa: S608  # the same


def find_medicines(institution_id: UUID, query: str) -> list[Medicine]:
    """At most 20 that may be prescribed there, the likeliest first.

    Args:
        query: the generic name in Chinese or English, its pinyin, its initials, or a code.
    """
    asked = _plain(query).lower()
    if not asked:
        return []
    bare = re.sub(r"[^a-z0-9]", "", asked)
    told = {
        "house": institution_id,
        "inside": f"%{_literally(asked)}%",
        # Salts stand before the substance: what is typed may begin anywhere but for one letter.
        "sound": "" if not bare else f"{bare}%" if len(bare) == 1 else f"%{bare}%",
        "words": f"{_literally(asked)}%",
        "later": f"% {_literally(asked)}%",
        "spoken": asked,
        "whole": asked if _HAN.search(asked) else bare,
    }
    found = MedicinalProduct.objects.raw(_BY_HAN if _HAN.search(asked) else _BY_LATIN, told)
    return [card(row) for row in found]


def prescribable(institution_id: UUID, code: str) -> Medicine:
    """The medicine of that code, of which the catalogue has nothing against its being prescribed.

    Raises:
        NotFound: none of that code at this institution.
        RuleRefused: carries one Refusal for every reason, not only the first.
    """
    found = medicine_by_code(institution_id, code)
    against = refusals(found)
    if against:
        raise RuleRefused(against)
    return found


def medicine_by_code(institution_id: UUID, code: str) -> Medicine:
    """Whatever may be done with it. Raises NotFound."""
    row = MedicinalProduct.objects.filter(institution_id=institution_id, code=code).first()
    if row is None:
        raise NotFound
    return card(row)


def medicines_by_code(institution_id: UUID, codes: list[str]) -> dict[str, Medicine]:
    """In one statement; those that do not exist are left out."""
    rows = MedicinalProduct.objects.filter(institution_id=institution_id, code__in=codes)
    return {row.code: card(row) for row in rows}


def catalogue(
    viewer: Viewer, *, after: str, limit: int, words: str = ""
) -> tuple[list[Medicine], str | None]:
    """Of the viewer's institution by code, whatever may be done with them; where the next page begins."""
    if viewer.institution_id is None:
        return [], None
    rows = MedicinalProduct.objects.filter(institution_id=viewer.institution_id).order_by("code")
    if after:
        rows = rows.filter(code__gt=after)
    if words := _plain(words):
        bare = words.lower()
        rows = rows.filter(
            Q(generic_name_zh__contains=words)
            | Q(generic_name_en__icontains=words)
            | Q(pinyin__contains=bare)
            | Q(initials__contains=bare)
            | Q(code__istartswith=words)
        )
    found = list(rows[: limit + 1])
    shown = [card(row) for row in found[:limit]]
    return shown, shown[-1].code if len(found) > limit else None


def refusals(medicine: Medicine) -> list[Refusal]:
    """Why the catalogue lets nobody prescribe it; empty: it has nothing against it."""
    found = []
    if medicine.control != rules.NOT_CONTROLLED:
        high_risk = medicine.control == "special_rule"
        control = rules.CONTROLS[medicine.control]
        found.append(
            Refusal(
                "R28" if high_risk else "R27",
                _HIGH_RISK if high_risk else _BANNED,
                Text(
                    f"“{medicine.name.zh}”属于{control.zh}，互联网医院不得开具。",
                    f"{medicine.name.en} is of the class “{control.en}”, which an internet hospital"
                    " does not prescribe.",
                ),
                _OFFLINE,
            )
        )
    if not medicine.approval_number:
        found.append(
            of_house(_NO_NUMBER.filled(zh=medicine.name.zh, en=medicine.name.en), _COMPLETE)
        )
    if not medicine.category:
        found.append(
            of_house(_NO_CLASS.filled(zh=medicine.name.zh, en=medicine.name.en), _COMPLETE)
        )
    if not medicine.active:
        found.append(
            of_house(_OUT_OF_USE.filled(zh=medicine.name.zh, en=medicine.name.en), _ANOTHER)
        )
    return found


def card(row: MedicinalProduct) -> Medicine:
    value = row.strength_value
    return Medicine(
        id=row.pk,
        institution_id=row.institution_id,
        code=row.code,
        name=Text(row.generic_name_zh, row.generic_name_en),
        ingredients=tuple(Text(each["zh"], each["en"]) for each in row.ingredients),
        strength=row.strength,
        amount=None if value is None else Strength(value, row.strength_unit),
        form=row.form,
        pack=row.pack,
        routes=tuple(row.routes),
        frequencies=tuple(row.frequencies),
        dose_unit=row.dose_unit,
        category=row.category,
        antibiotic=row.antibiotic,
        special_use_antibacterial=row.special_use_antibacterial,
        injection=row.injection,
        high_alert=row.high_alert,
        control=row.control,
        storage=row.storage,
        approval_number=row.approval_number,
        fact_status=row.fact_status,
        fact_source=row.fact_source,
        active=row.active,
    )


def _plain(query: str) -> str:
    written = unicodedata.normalize("NFKC", query.replace("\x00", ""))
    return " ".join(written.split())[:LONGEST_QUERY]


def _literally(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text)


def of_house(text: Text, instead: Text) -> Refusal:
    """What this house refuses by its own catalogue."""
    return Refusal("E01", "本平台默认规则 (house default)", text, instead)


_BANNED = "互联网诊疗管理办法（试行）第十九条；TJ 23 (confirmed, 2018)"
_HIGH_RISK = "互联网医院管理办法（试行）第二十条 (no.?) (secondary, 2018)"
_OFFLINE = Text(
    "请建议患者到实体医疗机构就诊；需要时改用目录中的其他药品。",
    "Please advise a visit to a hospital in person, or choose another medicine of the catalogue.",
)
_NO_NUMBER = Text(
    "“{zh}”没有批准文号，不能开具。", "{en} has no approval number and cannot be prescribed."
)
_NO_CLASS = Text(
    "“{zh}”没有药品类别，不能开具。",
    "{en} has no class (prescription, over the counter, Chinese) and cannot be prescribed.",
)
_OUT_OF_USE = Text("“{zh}”已停用，不能开具。", "{en} is no longer in use and cannot be prescribed.")
_COMPLETE = Text(
    "请管理员在药品目录中补全，或选择其他药品。",
    "Please ask the administrator to complete the catalogue, or choose another medicine.",
)
_ANOTHER = Text("请选择其他药品。", "Please choose another medicine.")
