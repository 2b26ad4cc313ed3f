"""Dangers and trifles as people tell them at home: the same words denied, of others or of old are none."""

import pytest

from xinglin.care.triage.rules.case import Case
from xinglin.care.triage.rules.findings import find
from xinglin.care.triage.rules.urgency import judge
from xinglin.care.triage.rules.urgency.reader import READS_GRAVE

DANGERS = (
    (60, "心口像压了块大石头，直冒冷汗"),
    (66, "左胳膊左腿使不上劲，舌头发硬"),
    (71, "嘴往一边歪，喝水从嘴角漏"),
    (45, "上不来气，嘴唇发乌，只能坐着"),
    (3, "翻白眼了，牙关咬紧，手脚直抽"),
    (58, "屎乌黑像柏油，站起来眼前发黑"),
    (50, "吐的全是血，有半脸盆"),
    (39, "肚子硬得跟木板似的，碰都不敢碰，疼"),
    (77, "怎么叫都不醒，打着呼噜"),
    (0.4, "囟门鼓起来，不肯吃奶，吐"),
    (1, "拉了两天，眼窝凹，哭没眼泪，一天没撒尿"),
    (30, "怀孕35周，肚子里没动静了"),
    (28, "坐月子，下面哗哗流血，头晕"),
    (44, "误喝了农药，满嘴口水"),
    (52, "地里打药回来，头晕，手抖，看东西糊"),
    (48, "烧煤炉的屋里睡，头疼恶心，喊不应"),
    (33, "下到菜窖里人就倒了，没反应"),
    (25, "吃了虾，嘴唇肿，嗓子发紧"),
    (37, "让蛇咬了脚，肿到小腿"),
    (29, "电了一下，人弹开，心慌"),
    (15, "一边蛋蛋突然疼得直冒汗"),
    (64, "右眼突然啥也看不见"),
    (46, "头像被雷劈了一下，从没这么疼过"),
    (19, "打胰岛素的，吐，喘得深，嘴里烂苹果味"),
    (68, "打了胰岛素没吃饭，手抖冒汗答非所问"),
    (74, "突然两腿没劲，站不起来"),
    (31, "烧碱溅进眼睛，睁不开"),
    (40, "踩过锈钉子，这两天嘴张不开，身上一阵阵抽"),
    (9, "上吊玩闹被绳子勒过脖子，嗓子哑"),
    (35, "打着石膏，手指发白发麻，胀得受不了"),
)
NONE_NOW = (
    (60, "心口不闷，没出冷汗，就是来开降压药"),
    (45, "没有嘴歪，说话也清楚，想问血脂高怎么吃"),
    (50, "我爸是脑溢血走的，我没什么不舒服"),
    (38, "去年抽过一次，现在好好的，想问还要不要复查"),
    (33, "大便不黑，也没拉血，就是有点干"),
    (29, "腿麻像过电一样，坐久了，站起来就好"),
    (41, "感冒擤鼻涕带点血，没吃抗凝药，已经止住了"),
    (28, "莫得发烧，也冇呕，就是嗓子痒"),
    (36, "晚上出汗多，衣服湿透，好几天了"),
    (30, "大三阳，要不要吃抗病毒药"),
)
TRIFLES = (
    (30, "睡落枕了，脖子转不动，别的没事"),
    (26, "新鞋磨脚，脚后跟起了个小泡"),
    (24, "大姨妈第一天，老样子，肚子有点坠"),
    (35, "蚊子叮了几个包，痒"),
    (40, "打嗝一上午，吃喝照常"),
    (50, "两天没解大便，肚子不疼，能吃能睡"),
    (7, "换牙，乳牙晃了"),
    (33, "油溅到手指红了一小点，没起泡"),
    (45, "干完农活腰酸，歇歇就好"),
    (28, "吃席吃撑了，肚子胀，没吐"),
    (55, "脚底长了老茧"),
    (22, "沙子进眼，冲出来了，不疼看得清"),
)


@pytest.mark.parametrize(("age", "told"), DANGERS, ids=[told for _, told in DANGERS])
def test_a_danger_in_everyday_words_is_an_emergency_by_a_rule(age: float, told: str) -> None:
    judged = judge(Case(text=told, age_years=age))
    assert judged.urgency == "emergency"
    assert judged.reasons != (READS_GRAVE,)


@pytest.mark.parametrize(("age", "told"), NONE_NOW, ids=[told for _, told in NONE_NOW])
def test_what_is_denied_past_or_of_another_stops_nobody(age: float, told: str) -> None:
    assert judge(Case(text=told, age_years=age)).urgency != "emergency"


@pytest.mark.parametrize(("age", "told"), TRIFLES, ids=[told for _, told in TRIFLES])
def test_a_trifle_is_a_matter_of_self_care(age: float, told: str) -> None:
    assert judge(Case(text=told, age_years=age)).urgency == "self_care"


@pytest.mark.parametrize(
    ("told", "concept", "hours"),
    [("刚开始咳嗽", "cough", 1.0), ("头疼一个来月了", "headache", 730.0)],
)
def test_how_long_is_read_in_colloquial_words(told: str, concept: str, hours: float) -> None:
    found = next(f for f in find(told) if f.concept == concept)
    assert found.duration_h == hours


def test_the_second_reader_is_silent_where_it_gets_better(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xinglin.care.triage.rules.urgency.judging.reads_grave", lambda _: True)
    assert judge(Case(text="早上胃不舒服，现在好多了")).urgency != "emergency"
    assert judge(Case(text="早上胃不舒服，现在还是那样")).urgency == "emergency"


def test_nothing_is_left_to_self_care_where_the_second_reader_doubts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cold = Case(text="流清鼻涕两天，打喷嚏，不发烧", age_years=30)
    assert judge(cold).urgency == "self_care"
    monkeypatch.setattr("xinglin.care.triage.rules.urgency.judging.doubts", lambda _: True)
    assert judge(cold).urgency == "online_routine"
