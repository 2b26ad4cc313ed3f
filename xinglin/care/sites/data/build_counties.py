# ruff: noqa: INP001  # a script beside its data, run by hand
"""Makes `counties.tsv.gz` from the npm package `china-division` (MIT), which holds the codes of the National
Bureau of Statistics (2023-06-30, GB/T 2260).

Run when that list or pypinyin changes: `python -m xinglin.care.sites.data.build_counties DIST`, where DIST is
the package's folder of JSON. The result is the same byte for byte.

The English name is the pinyin of the Chinese one with its kind in English, peoples as GB/T 3304 spells them.
Where a name comes from Mongol, Tibetan or Uygur its pinyin is not what the place is called: those are left in
Chinese.
"""

import argparse
import gzip
import json
from pathlib import Path
from typing import Final

from pypinyin import lazy_pinyin

SHIPPED = Path(__file__).with_name("counties.tsv.gz")
_KINDS: Final = {
    "自治县": "Autonomous County",
    "自治旗": "Autonomous Banner",
    "自治州": "Autonomous Prefecture",
    "特区": "Special District",
    "地区": "Prefecture",
    "区": "District",
    "县": "County",
    "市": "City",
    "省": "Province",
}
_PEOPLES: Final = {
    "蒙古族": "Mongol",
    "回族": "Hui",
    "藏族": "Tibetan",
    "维吾尔": "Uygur",
    "苗族": "Miao",
    "彝族": "Yi",
    "壮族": "Zhuang",
    "布依族": "Buyei",
    "朝鲜族": "Korean",
    "满族": "Manchu",
    "侗族": "Dong",
    "瑶族": "Yao",
    "白族": "Bai",
    "土家族": "Tujia",
    "哈尼族": "Hani",
    "哈萨克族": "Kazak",
    "哈萨克": "Kazak",
    "傣族": "Dai",
    "黎族": "Li",
    "傈僳族": "Lisu",
    "佤族": "Va",
    "畲族": "She",
    "拉祜族": "Lahu",
    "水族": "Sui",
    "东乡族": "Dongxiang",
    "纳西族": "Naxi",
    "景颇族": "Jingpo",
    "土族": "Tu",
    "达斡尔族": "Daur",
    "仫佬族": "Mulao",
    "羌族": "Qiang",
    "布朗族": "Blang",
    "撒拉族": "Salar",
    "毛南族": "Maonan",
    "仡佬族": "Gelao",
    "普米族": "Pumi",
    "怒族": "Nu",
    "保安族": "Bonan",
    "裕固族": "Yugur",
    "独龙族": "Derung",
    "各族": "",
}
# What `_KINDS` gets wrong, and what the world spells otherwise.
_NAMES: Final = {
    "神农架林区": "Shennongjia Forestry District",
    "滨海新区": "Binhai New Area",
    "浦东新区": "Pudong New Area",
    "沈北新区": "Shenbei New District",
    "哈尔滨市": "Harbin City",
    "齐齐哈尔市": "Qiqihar City",
    "宕昌县": "",  # read in two ways
}
# Development zones, which only the statistics count and GB/T 2260 does not know.
_ZONES: Final = ("71", "80")
# Inner Mongolia, Qinghai, Tibet, Xinjiang, and prefectures of Sichuan, Yunnan and Gansu.
_NOT_BY_PINYIN: Final = ("15", "63", "54", "65", "5132", "5133", "5334", "6230")
# What a dictionary of words reads otherwise than the place is called: by character, then by stem.
_CHARACTERS: Final = {
    "长": "chang",
    "都": "du",
    "珲": "hun",
    "曾": "zeng",
    "柏": "bai",
    "略": "lue",
}
_STEMS: Final = {
    "长子": "zhang zi",
    "乐亭": "lao ting",
    "乐清": "yue qing",
    "乐陵": "lao ling",
    "南乐": "nan le",
    "民乐": "min le",
    "朝阳": "chao yang",
    "中牟": "zhong mu",
    "牟定": "mou ding",
    "牟平": "mu ping",
    "六安": "lu an",
    "六合": "lu he",
    "六枝": "liu zhi",
    "大埔": "da bu",
    "东阿": "dong e",
    "浚": "xun",
    "单": "shan",
    "涡阳": "guo yang",
    "枞阳": "zong yang",
    "洪洞": "hong tong",
    "繁峙": "fan shi",
    "马尾": "ma wei",
    "闵行": "min hang",
    "泊头": "bo tou",
    "覃塘": "qin tang",
    "什邡": "shi fang",
    "荥经": "ying jing",
    "番禺": "pan yu",
    "渑池": "mian chi",
}


def english_of(name: str) -> str:
    """`白云区` -> `Baiyun District`, `歙县` -> `Shexian County`; empty when the pinyin is no name."""
    if name in _NAMES:
        return _NAMES[name]
    kind = next((kind for kind in _KINDS if name.endswith(kind) and name != kind), "")
    if not kind or "蒙古族" in name:
        return ""
    stem = name.removesuffix(kind)
    peoples: list[str] = []
    while people := next((p for p in _PEOPLES if stem.endswith(p) and stem != p), ""):
        stem = stem.removesuffix(people)
        peoples.insert(0, _PEOPLES[people])
    read = _STEMS.get(stem, "").split() or [
        _CHARACTERS.get(character, syllable)
        for character, syllable in zip(stem, lazy_pinyin(stem), strict=True)
    ]
    if len(stem) == 1:
        read += lazy_pinyin(kind)
    *others, last = peoples or [""]
    named = " and ".join([", ".join(others), last] if others else [last])
    return " ".join(word for word in (_joined(read), named, _KINDS.get(kind, "")) if word)


def _joined(syllables: list[str]) -> str:
    """`xi`, `an` -> `Xi'an`."""
    first, *others = (each.replace("v", "ü") for each in syllables)
    parts = (f"'{each}" if each[0] in "aoe" else each for each in others)
    return (first + "".join(parts)).capitalize()


def build(dist: Path, shipped: Path = SHIPPED) -> None:
    """`dist`: the folder with `areas.json`, `cities.json` and `provinces.json`."""
    provinces = {row["code"]: row["name"] for row in _read(dist / "provinces.json")}
    cities = {row["code"]: row["name"] for row in _read(dist / "cities.json")}
    lines = ["code\tname_zh\tname_en\tcity_zh\tcity_en\n"]
    for row in sorted(_read(dist / "areas.json"), key=lambda row: row["code"]):
        code, name, city = row["code"], row["name"], cities[row["cityCode"]]
        if _ZONES[0] <= code[4:] <= _ZONES[1]:
            continue
        if not city.endswith(("市", "州", "盟", "地区")) or city.startswith("市辖"):
            city = provinces[row["provinceCode"]]
        by_pinyin = not code.startswith(_NOT_BY_PINYIN)
        names = [
            name,
            english_of(name) if by_pinyin else "",
            city,
            english_of(city) if by_pinyin else "",
        ]
        lines.append("\t".join([code, *names]) + "\n")
    shipped.write_bytes(gzip.compress("".join(lines).encode(), 9, mtime=0))


def _read(path: Path) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dist", type=Path)
    build(parser.parse_args().dist)
