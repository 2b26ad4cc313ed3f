"""China: the national rules, and its provinces without rules of their own."""

from datetime import timedelta, timezone

from xinglin.kernel.text import Text
from xinglin.policy.jurisdictions.cn.law import KNOBS as KNOBS

NAME = Text("中国", "China")
PARENT = None
ZONE = timezone(timedelta(hours=8))

# A province leaves this list's shadow the day it gets a folder: the folder is found first.
PLACES = {
    "cn_ah": Text("安徽", "Anhui"),
    "cn_bj": Text("北京", "Beijing"),
    "cn_cq": Text("重庆", "Chongqing"),
    "cn_fj": Text("福建", "Fujian"),
    "cn_gd": Text("广东", "Guangdong"),
    "cn_gs": Text("甘肃", "Gansu"),
    "cn_gx": Text("广西", "Guangxi"),
    "cn_gz": Text("贵州", "Guizhou"),
    "cn_ha": Text("河南", "Henan"),
    "cn_hb": Text("湖北", "Hubei"),
    "cn_he": Text("河北", "Hebei"),
    "cn_hi": Text("海南", "Hainan"),
    "cn_hl": Text("黑龙江", "Heilongjiang"),
    "cn_hn": Text("湖南", "Hunan"),
    "cn_jl": Text("吉林", "Jilin"),
    "cn_js": Text("江苏", "Jiangsu"),
    "cn_jx": Text("江西", "Jiangxi"),
    "cn_ln": Text("辽宁", "Liaoning"),
    "cn_nm": Text("内蒙古", "Inner Mongolia"),
    "cn_nx": Text("宁夏", "Ningxia"),
    "cn_qh": Text("青海", "Qinghai"),
    "cn_sc": Text("四川", "Sichuan"),
    "cn_sd": Text("山东", "Shandong"),
    "cn_sh": Text("上海", "Shanghai"),
    "cn_sn": Text("陕西", "Shaanxi"),
    "cn_sx": Text("山西", "Shanxi"),
    "cn_tj": Text("天津", "Tianjin"),
    "cn_xj": Text("新疆", "Xinjiang"),
    "cn_xz": Text("西藏", "Tibet"),
    "cn_yn": Text("云南", "Yunnan"),
    "cn_zj": Text("浙江", "Zhejiang"),
}
