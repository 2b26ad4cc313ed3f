"""What stands on top of the copy of one's own data."""

from datetime import date

from xinglin.foundation.copies.services import Words
from xinglin.kernel.text import Text

_TITLE = Text("我在杏林的资料", "My data at Xinglin")
_INTRO = Text(
    "这是您在 {made} 申请的资料副本。data.json 是同样内容的机器可读格式，files 文件夹是您的图片和文件。"
    "其中有健康信息，请妥善保管。",
    "This is the copy that you asked for, made on {made}. data.json holds the same in a form for"
    " programs, the folder files your pictures and files. It contains health data: keep it safe.",
)
_LEFT_OUT = Text(
    "有 {count} 个文件因总量过大没有放入本副本，请在病历中逐个下载，或联系本院。",
    "{count} files did not fit into this copy. Please save them from your visits one by one, or"
    " ask the hospital.",
)


def words(*, made_on: date, left_out: int = 0) -> Words:
    notes = [_LEFT_OUT.filled(count=left_out)] if left_out else []
    return Words(title=_TITLE, intro=_INTRO.filled(made=made_on), notes=notes)
