"""Names of measures and departments in both languages."""

from collections.abc import Mapping
from typing import Final

from xinglin.kernel.text import Text

MEASURES: Final[Mapping[str, Text]] = {
    "u1_in_time_pct": Text("1 级按时首答，%", "Urgency 1 answered in time, %"),
    "u2_in_time_pct": Text("2 级按时首答，%", "Urgency 2 answered in time, %"),
    "u3_in_time_pct": Text("3 级按时首答，%", "Urgency 3 answered in time, %"),
    "u4_in_time_pct": Text("4 级按时首答，%", "Urgency 4 answered in time, %"),
    "u1_p95_s": Text("1 级首答 p95，秒", "Urgency 1, first answer, p95, s"),
    "u2_p95_s": Text("2 级首答 p95，秒", "Urgency 2, first answer, p95, s"),
    "u3_p95_s": Text("3 级首答 p95，秒", "Urgency 3, first answer, p95, s"),
    "u4_p95_s": Text("4 级首答 p95，秒", "Urgency 4, first answer, p95, s"),
    "mean_s": Text("首答平均，秒", "First answer, mean, s"),
    "p95_s": Text("首答 p95，秒", "First answer, p95, s"),
    "expert_minor_h": Text(
        "专家用于轻症的时间，小时/天", "Experts' time on minor illness, h a day"
    ),
    "continuity_pct": Text("原医生在岗时由其接诊，%", "Got the former doctor, when on duty, %"),
    "own_department_pct": Text("由本科室医生接诊，%", "By a doctor of the own department, %"),
    "gini": Text("同级医生接诊量基尼系数", "Gini of visits an hour, within grades"),
    "utilisation_pct": Text("接诊容量使用率，%", "Capacity in use, %"),
    "turned_away_pct": Text("当即告知无人可接，%", "Told at once that nobody can, %"),
    "left_pct": Text("未获接诊而离开，%", "Left unanswered, %"),
}

DEPARTMENTS: Final[Mapping[str, Text]] = {
    "general_practice": Text("全科", "General practice"),
    "respiratory": Text("呼吸内科", "Respiratory medicine"),
    "gastroenterology": Text("消化内科", "Gastroenterology"),
    "neurology": Text("神经内科", "Neurology"),
    "cardiology": Text("心血管内科", "Cardiology"),
    "endocrinology": Text("内分泌科", "Endocrinology"),
    "internal_medicine": Text("内科", "Internal medicine"),
    "general_surgery": Text("普通外科", "General surgery"),
    "orthopaedics": Text("骨科", "Orthopaedics"),
    "urology": Text("泌尿外科", "Urology"),
    "obgyn": Text("妇产科", "Obstetrics and gynaecology"),
    "paediatrics": Text("儿科", "Paediatrics"),
    "ophthalmology": Text("眼科", "Ophthalmology"),
    "ent": Text("耳鼻咽喉科", "Ear, nose and throat"),
    "dermatology": Text("皮肤科", "Dermatology"),
    "psychology": Text("心理科", "Psychology"),
    "tcm": Text("中医科", "Traditional Chinese medicine"),
}


def department(slug: str) -> Text:
    return DEPARTMENTS.get(slug, Text(slug, slug))
