"""China's sources: title, number and date as known; `?` marks what is from memory."""

from datetime import date

from xinglin.policy.terms import Source

GL = Source("GL", "互联网诊疗管理办法（试行）", "国卫医发〔2018〕25号, 2018-07-17?")
XZ = Source("XZ", "互联网诊疗监管细则（试行）", "国卫办医发〔2022〕2号 (secondary), 2022-02-08?")
CF = Source("CF", "处方管理办法", "卫生部令第53号, 2007-05-01?")
CQ = Source("CQ", "长期处方管理规范（试行）", "2021-08?")
YY = Source("YY", "互联网医院管理办法（试行）", "国卫医发〔2018〕25号, 2018-07-17?")
KJ = Source("KJ", "抗菌药物临床应用管理办法 (antibacterial measures)", "2012?")
ESL = Source("ESL", "电子签名法", "2005-04-01?")
PIPL = Source("PIPL", "个人信息保护法", "2021-11-01?")
BJ23 = Source("BJ23", "北京市互联网诊疗规定 (China Services Info 2023-08-23)", "2023")
TJ = Source("TJ", "天津市互联网诊疗监管实施办法（试行）", "2026-02")
PRACTICE = Source("practice", "行业做法 (practice)", "-")

# Where only the year is known, its first day.
Y2005, Y2007, Y2012, Y2018, Y2021, Y2022, Y2025 = (
    date(year, 1, 1) for year in (2005, 2007, 2012, 2018, 2021, 2022, 2025)
)
