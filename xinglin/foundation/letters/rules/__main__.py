"""The child that sets one letter: `python -m xinglin.foundation.letters.rules`, JSON in, PDF out.

`template`: of typst; empty: that of a letter. `told`: JSON, which the template reads.

The typesetter and its fonts take 45 MB, which go with the process.
"""

import json
import resource
import sys
import tempfile
from pathlib import Path

MEMORY = 1024 * 1024 * 1024
CPU_S = 20


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import pylopdf_fonts_zh_cn
    import typst

    # An empty folder: the template can read no file of the house.
    with tempfile.TemporaryDirectory() as nothing:
        fonts = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[str(pylopdf_fonts_zh_cn.sans_path().parent)],
        )
        asked = json.load(sys.stdin)
        template = asked["template"].encode() or _letter()
        compiler = typst.Compiler(template, root=nothing, font_paths=fonts)
        made = compiler.compile(sys_inputs={"told": asked["told"]})
    if not isinstance(made, bytes):
        raise TypeError(type(made))
    sys.stdout.buffer.write(made)


def _letter() -> bytes:
    return Path(__file__).with_name("letter.typ").read_bytes()


if __name__ == "__main__":
    main()
