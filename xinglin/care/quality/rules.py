"""Why somebody of the house may look behind a mask, or ask for a package: our own list, of no law."""

from datetime import timedelta
from typing import Final

from xinglin.kernel.text import Text

REASONS: Final = {
    "complaint": Text("投诉处理", "A complaint"),
    "dispute": Text("医疗纠纷", "A dispute about the care"),
    "authority": Text("监管部门要求", "An authority asks"),
    "court": Text("法院或仲裁要求", "A court or arbitrator asks"),
    "incident": Text("安全事件调查", "An incident is looked into"),
    "review": Text("内部质量检查", "A review of the house's own"),
}
LONGEST_REFERENCE: Final = 64
KEPT: Final = timedelta(days=7)
A_DAY: Final = 50
