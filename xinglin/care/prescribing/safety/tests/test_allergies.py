"""Allergies as people write them: found inside a sentence, and never passed over in silence."""

import pytest

from xinglin.care.prescribing.safety import Gap, check, shipped
from xinglin.care.prescribing.safety.history import of_allergies
from xinglin.care.prescribing.safety.tests.catalogue import case, item

FACTS = shipped()


def _levels(name: str, words: str) -> list[str]:
    report = check(case(item(name), allergies=(words,)), FACTS)
    return [hit.level for hit in report.hits if hit.kind == "contraindication"]


def _unread(words: str) -> list[str]:
    """As the list of unknown names has them; the same stand in the gaps of the medicine."""
    report = check(case(item("amoxicillin"), allergies=(words,)), FACTS)
    said = [gap.why.zh + gap.why.en for gap in report.not_told if _is_allergy(gap)]
    assert len(said) == len(report.unknown)
    assert all(name in why for name, why in zip(report.unknown, said, strict=True))
    return list(report.unknown)


def _is_allergy(gap: Gap) -> bool:
    return gap.kind == "contraindication" and "could not be checked" in gap.why.en


@pytest.mark.parametrize(
    "words",
    [
        "青霉素过敏。",
        "对青霉素过敏。",
        "我对青霉素过敏",
        "青霉素过敏史",
        "青霉素皮试阳性",
        "阿莫西林过敏。",
        "过敏史：青霉素",
        "花粉\n青霉素类药物过敏",
        "头孢不过敏但青霉素过敏",
        "不能用青霉素",
        "没有食物过敏，青霉素过敏",
        "青霉素，起过疹子",
        "allergic to penicillin",
        "Penicillin rash",
        "mango and Amoxicillin.",
    ],
)
def test_an_allergy_to_penicillin_blocks_amoxicillin_however_it_is_told(words: str) -> None:
    assert _levels("阿莫西林胶囊", words)[:1] == ["block"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("aspirin", "acetylsalicylic acid"),
        ("aspirin", "acetylsalicylic acid."),
        ("St. John's wort", "St. John's wort"),
        ("复方磺胺甲噁唑片", "我吃复方新诺明过敏"),
        ("复方磺胺甲噁唑片", "sulfa drugs"),
        ("阿莫西林克拉维酸钾片", "amoxicillin/clavulanic acid"),
        ("对乙酰氨基酚片", "对乙酰氨基酚"),
        ("非布司他片", "非布司他过敏"),
        ("碳酸钙片", "钙"),
    ],
)
def test_a_name_of_several_words_or_marks_is_one_name(name: str, words: str) -> None:
    assert "block" in _levels(name, words)
    assert not check(case(item(name), allergies=(words,)), FACTS).unknown


@pytest.mark.parametrize(
    ("words", "unread"),
    [
        ("芒果", ["芒果"]),
        ("花粉、尘螨。", ["花粉", "尘螨"]),
        ("penicillin and mango", ["mango"]),
        ("对芒果过敏，青霉素过敏", ["对芒果过敏"]),
        ("有药物过敏史", ["有药物过敏史"]),
        ("有药物过敏史，没有食物过敏", ["有药物过敏史，没有食物过敏"]),
        ("有", ["有"]),
        ("皮疹", ["皮疹"]),
        ("否认青霉素过敏", ["否认青霉素过敏"]),
        ("青霉素皮试阴性", ["青霉素皮试阴性"]),
        ("no penicillin allergy", ["no penicillin allergy"]),
    ],
)
def test_what_nobody_can_read_is_said_to_the_doctor(words: str, unread: list[str]) -> None:
    assert _unread(words) == unread


@pytest.mark.parametrize(
    "words",
    ["", "无", "没有。", "无药物过敏史", "否认药物及食物过敏史。", "否认药物、食物过敏史", "过敏：无", "NKDA",
     "No known drug allergies", "none"],
)  # fmt: skip
def test_who_has_none_is_asked_no_more(words: str) -> None:
    assert _unread(words) == []
    assert _levels("amoxicillin", words) == []


@pytest.mark.parametrize(
    "words", ["否认青霉素过敏", "青霉素不过敏", "我不对青霉素过敏", "not allergic to penicillin"]
)
def test_what_is_denied_by_name_does_not_block(words: str) -> None:
    assert _levels("amoxicillin", words) == []


def test_a_part_of_a_latin_word_is_no_name() -> None:
    assert _unread("goldenrod") == ["goldenrod"]
    assert _levels("warfarin", "warfarinlike") == []


@pytest.mark.parametrize(
    ("words", "unread"),
    [
        ("青霉素芒果过敏", ["芒果"]),
        ("海鲜青霉素过敏", ["海鲜"]),
        ("青霉素或草莓过敏", ["草莓"]),
        ("青霉素花生牛奶", ["花生牛奶"]),
        ("penicillin and strawberries", ["strawberries"]),
        ("penicillin strawberries", ["strawberries"]),
        ("penicillin with strawberries", ["strawberries"]),
        ("penicillin latex sulfa", ["latex"]),
    ],
)
def test_what_is_joined_to_a_known_name_is_not_passed_over(words: str, unread: list[str]) -> None:
    assert "block" in _levels("阿莫西林胶囊", words)
    assert _unread(words) == unread


@pytest.mark.parametrize(
    "words",
    [
        "我吃青霉素会起疹子",
        "青霉素注射后出现皮疹（2010年）",
        "小时候青霉素皮试阳性3次",
        "青霉素V钾片过敏",
        "阿莫西林胶囊吃了全身起疹子",
        "头孢曲松钠输液后休克",
        "盐酸左氧氟沙星片过敏",
        "severe allergy to penicillin since childhood",
        "I had a rash after penicillin",
    ],
)
def test_when_and_how_is_nothing_that_somebody_is_allergic_to(words: str) -> None:
    assert _unread(words) == []


def test_each_hit_says_which_of_the_answers_it_rests_on() -> None:
    told = ("无", "否认药物过敏史", "青霉素过敏", "花粉", "青霉素皮试阳性")
    report = check(case(item("阿莫西林胶囊"), allergies=told), FACTS)
    assert [hit.allergies for hit in report.hits if hit.level == "block"] == [(2, 4)]


def test_a_very_long_answer_is_read_to_its_end() -> None:
    assert "block" in _levels("阿莫西林胶囊", "芒果、" * 1300 + "青霉素")


@pytest.mark.parametrize(
    ("history", "told"),
    [
        ("", ""),
        ("既往体健", ""),
        ("高血压5年，口服氨氯地平，青霉素过敏", "青霉素过敏"),
        ("口服氨氯地平对青霉素过敏", "对青霉素过敏"),
        ("对症治疗。对青霉素，头孢过敏。", "对青霉素\n头孢过敏"),
        ("过敏史：青霉素，头孢，口服氨氯地平", "过敏史：青霉素\n头孢"),
        ("阿司匹林长期口服；青霉素皮试（阳性）", "青霉素皮试（阳性）"),
        ("Allergic to penicillin, sulfa. On amlodipine.", "Allergic to penicillin\nsulfa"),
        ("Allergy to penicillin, on amlodipine", "Allergy to penicillin"),
    ],
)
def test_of_a_history_only_what_speaks_of_allergies_is_read(history: str, told: str) -> None:
    assert of_allergies(history) == told


@pytest.mark.parametrize(
    ("history", "told"),
    [
        ("过敏史：青霉素，服用磺胺后起疹，头孢", "过敏史：青霉素\n服用磺胺后起疹\n头孢"),
        ("过敏史：青霉素，注射用头孢曲松", "过敏史：青霉素\n注射用头孢曲松"),
        ("服用青霉素后，出现皮疹", "服用青霉素后\n出现皮疹"),
        ("高血压，口服氨氯地平，下肢水肿", "下肢水肿"),
        ("输液后皮疹", "输液后皮疹"),
        ("荨麻疹，青霉素", "荨麻疹"),
        ("休克史，青霉素引起", "休克史\n青霉素引起"),
        ("took penicillin, got hives", "took penicillin\ngot hives"),
    ],
)
def test_a_reaction_told_in_a_history_does_not_vanish(history: str, told: str) -> None:
    assert of_allergies(history) == told


@pytest.mark.parametrize(
    "history",
    [
        "青霉素皮试(+)",
        "青霉素皮试（+）",
        "青霉素皮肤试验阳性",
        "2010年注射青霉素后出现皮疹、呼吸困难。",
        "青霉素注射后休克",
        "阿莫西林不耐受",
        "禁用青霉素",
        "不能用青霉素",
        "高血压，服青霉素起风团，口服氨氯地平",
        "注射青霉素，出现喉头水肿",
        "青霉素，皮疹",
        "青霉素引起皮疹已好转",
        "服阿莫西林后皮疹停药后消退",
        "rash and swelling after penicillin in 2010",
        "Hives with amoxicillin. On amlodipine.",
        "Penicillin: rash",
        "penicillin intolerance",
        "urticaria due to penicillin",
    ],
)
def test_a_reaction_to_penicillin_in_a_history_blocks_amoxicillin(history: str) -> None:
    told = of_allergies(history)
    assert _levels("阿莫西林胶囊", told)[:1] == ["block"]
    assert _levels("氨氯地平片", told) == []


def test_a_reaction_to_sulfonamides_in_a_history_blocks_them() -> None:
    for history in ("服磺胺后全身荨麻疹", "过敏史：青霉素，服用磺胺后起疹，头孢"):
        assert "block" in _levels("复方磺胺甲噁唑片", of_allergies(history))


@pytest.mark.parametrize(
    "history",
    [
        "青霉素皮试阴性",
        "青霉素皮试（-）",
        "注射青霉素后无皮疹、瘙痒",
        "服青霉素后未出现明显不良反应",
        "慢性荨麻疹，口服氯雷他定",
        "荨麻疹口服氯雷他定",
        "服氯雷他定治疗荨麻疹",
        "心衰下肢水肿",
        "口服呋塞米后水肿消退",
        "外伤后失血性休克",
        "感染性休克，头孢曲松",
        "对二甲双胍反应良好",
        "no rash after penicillin",
        "took penicillin without any reaction",
        "rash treated with prednisone",
        "takes loratadine for urticaria",
    ],
)
def test_what_is_merely_taken_and_what_did_not_come_is_no_allergy(history: str) -> None:
    assert of_allergies(history) == ""


@pytest.mark.parametrize("history", ["否认青霉素过敏", "no known penicillin allergy"])
def test_what_a_history_denies_by_name_does_not_block(history: str) -> None:
    assert _levels("阿莫西林胶囊", of_allergies(history)) == []


def test_of_an_intolerance_nothing_is_left_unread() -> None:
    for words in ("阿莫西林不耐受", "青霉素皮试(+)", "urticaria due to penicillin"):
        assert _unread(words) == []


def test_a_very_long_history_is_read_to_its_end() -> None:
    """In a moment: names are looked for once in a clause, and not once for each reaction."""
    assert of_allergies("皮疹" * 4000) == ""
    assert of_allergies("皮疹" * 4000 + "。服青霉素后皮疹") == "服青霉素后皮疹"
