"""Counties by name, in both languages."""

import pytest

from xinglin.care.sites.data.build_counties import english_of
from xinglin.care.sites.queries import county


@pytest.mark.parametrize(
    ("code", "name", "city"),
    [
        ("520623", ("石阡县", "Shiqian County"), ("铜仁市", "Tongren City")),
        ("310112", ("闵行区", "Minhang District"), ("上海市", "Shanghai City")),
        ("540102", ("城关区", "城关区"), ("拉萨市", "拉萨市")),
        ("419001", ("济源市", "Jiyuan City"), ("河南省", "Henan Province")),
    ],
)
def test_a_code_has_a_name_a_place_of_another_language_its_chinese_one(code, name, city):
    found = county(code)
    assert found is not None
    assert ((found.name.zh, found.name.en), (found.city.zh, found.city.en)) == (name, city)


@pytest.mark.parametrize("code", ["", "520000", "999999", "IN-KA1"])
def test_a_code_that_is_not_in_the_list_has_none(code):
    assert county(code) is None


@pytest.mark.parametrize(
    ("name", "english"),
    [
        ("长子县", "Zhangzi County"),
        ("长顺县", "Changshun County"),
        ("都匀市", "Duyun City"),
        ("歙县", "Shexian County"),
        ("西安市", "Xi'an City"),
        ("碑林区", "Beilin District"),
        ("六枝特区", "Liuzhi Special District"),
        ("威宁彝族回族苗族自治县", "Weining Yi, Hui and Miao Autonomous County"),
        ("喀喇沁左翼蒙古族自治县", ""),
    ],
)
def test_a_name_is_romanised_as_the_place_is_called(name, english):
    assert english_of(name) == english
