"""What is blotted, and what a doctor still has to read."""

from datetime import date

import pytest

from xinglin.kernel.masking import BLOT, masked

NAMES = ("林小杏", "Mary Ann Chen", "欧阳修文", "买买提·阿不都")


@pytest.mark.parametrize(
    "told",
    [
        "林小杏昨晚发热",
        "林 小 杏昨晚发热",
        "小杏昨晚发热",
        "我是ＭＡＲＹ　Chen",
        "chen has a cough",
        "修文咳嗽",
        "买买提阿不都咳嗽",
        "买买提・阿不都咳嗽",
        "阿不都咳嗽",
        "电话13800138000",
        "电话 １３８００１３８０００",
        "打幺三八零零幺三八零零零",
        "身份证110101198504056521",
        "身份证 110101 1985 0405 652X",
        "护照E12345678",
        "微信号: linxx_1985",
        "发到lin.xiaoxing@example.com",
        "住杭州市西湖区文三路123号5幢602室",
        "住在文三路一百二十三号",
        "家在浙江省杭州市西湖区",
        "I live at 12 West Lake Road",
        "1985年4月5日出生",
        "生日19850405",
    ],
)
def test_whose_words_they_are_is_gone(told):
    left = masked(told, names=NAMES, born=date(1985, 4, 5))
    assert BLOT in left
    for part in (
        "林",
        "小杏",
        "修文",
        "买买提",
        "阿不都",
        "Chen",
        "chen",
        "138",
        "6521",
        "652X",
        "E1234",
        "linxx",
        "@",
    ):
        assert part not in left
    for part in ("文三", "西湖", "West", "1985", "0405"):
        assert part not in left


@pytest.mark.parametrize(
    "told",
    [
        "咳嗽三天，体温38.5℃，血压120/80 mmHg",
        "血糖 5.6 7.8 11.2 mmol/L",
        "2026-01-05 开始，1月8日加重",
        "血小板 150000，白细胞 12.5×10^9/L",
        "阿莫西林 0.5g 每日三次，共7天",
        "头孢过敏；右下腹痛，转移性",
        "Since 5 January, worse after 12 hours; 20 mg twice a day",
        "道路上摔倒，膝盖擦伤",
    ],
)
def test_what_a_doctor_needs_stays(told):
    assert masked(told, names=NAMES, born=date(1985, 4, 5)) == told
