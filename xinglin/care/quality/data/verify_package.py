#!/usr/bin/env python3
"""Check a dispute package of Xinglin without the system that made it.

    python3 verify.py PACKAGE.zip [--key KEY_ID] [--json]

Needs Python 3.8 or newer and nothing else. Ed25519 signatures are checked with the package
`cryptography` where it is installed, and by the few lines below (RFC 8032) where it is not.
`--key`: the key that the hospital publishes on its audit page; without it the key that the package
itself names is used, and only told. Ends with 0 when everything holds, 1 when something does not,
2 when it is no package.
"""

import argparse
import base64
import hashlib
import json
import sys
import zipfile
from collections import Counter

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    Ed25519PublicKey = None

FORM = "xinglin-dispute-package/1"
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig.json"
SEAL = b"xinglin whole file sha256="
AT_ONCE = 1024 * 1024
GENESIS = "0" * 64
TELLS = {
    "no_package": ("不是材料包", "no dispute package"),
    "whole": ("整个文件有改动", "the file as a whole was changed"),
    "changed": ("文件被改动", "changed file"),
    "missing": ("文件缺失", "missing file"),
    "added": ("多出的文件", "added file"),
    "twice": ("文件出现两次", "file stands there twice"),
    "house_signature": ("本院签名不符", "the signature of the house does not fit"),
    "house_key": ("不是本院公布的密钥", "not the key that the house publishes"),
    "record_signature": ("病历签名不符", "the signature of a record does not fit"),
    "record_differs": ("病历与签名内容不一致", "a record is not what was signed"),
    "line": ("审计记录与链不符", "an audit line does not fit its link"),
    "line_unproved": ("审计记录没有对应的链段", "an audit line has no part of a chain"),
    "cut": ("审计链断开", "a chain is cut or was changed"),
    "anchor": ("链锚签名不符", "the signature of an anchor does not fit"),
}


class Findings(list):
    """(kind, where) of everything that does not hold; and what was checked."""

    def __init__(self):
        super().__init__()
        self.checked = {}
        self.notes = []

    def add(self, kind, where=""):
        if (kind, where) not in self:
            self.append((kind, where))

    def count(self, what, number=1):
        self.checked[what] = self.checked.get(what, 0) + number


# Ed25519 by RFC 8032, section 6: checking only, which handles nothing secret.
P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def _add(a, b):
    one = (a[1] - a[0]) * (b[1] - b[0]) % P
    two = (a[1] + a[0]) * (b[1] + b[0]) % P
    three, four = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = two - one, four - three, four + three, two + one
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _times(number, point):
    total = (0, 1, 1, 0)
    while number > 0:
        if number & 1:
            total = _add(total, point)
        point = _add(point, point)
        number >>= 1
    return total


def _point(encoded):
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


BASE = _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def by_hand(public, signature, message):
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r = _point(public), _point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= Q:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % Q
    left, right = _times(s, BASE), _add(r, _times(k, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (
        left[1] * right[2] - right[1] * left[2]
    ) % P == 0


def by_library(public, signature, message):
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


HOW, check_ed25519 = (
    ("cryptography", by_library) if Ed25519PublicKey else ("RFC 8032 (this script)", by_hand)
)


def signed(key_id, signature, message):
    """Whether the key that is named has signed these very bytes. A key id is `SIGNER:PUBLIC`."""
    try:
        public = base64.urlsafe_b64decode(key_id.partition(":")[2] + "=")
        return check_ed25519(public, base64.b64decode(signature), message)
    except (ValueError, AttributeError, TypeError):
        return False


def check_whole(path, findings):
    """The last bytes hold the SHA-256 of all bytes before them: any changed byte shows."""
    tail = len(SEAL) + 64
    with open(path, "rb") as file:
        file.seek(0, 2)
        left = file.tell() - tail - 2
        if left < 0:
            findings.add("whole")
            return
        file.seek(0)
        digest = hashlib.sha256()
        while left > 0:
            block = file.read(min(AT_ONCE, left))
            digest.update(block)
            left -= len(block)
        told = file.read()
    if told != tail.to_bytes(2, "little") + SEAL + digest.hexdigest().encode():
        findings.add("whole")


def read_manifest(package, key, findings):
    """Who signed what; None when there is nothing to check."""
    try:
        if max(package.getinfo(name).file_size for name in (MANIFEST, SIGNATURE)) > 64 * AT_ONCE:
            raise ValueError(FORM)
        raw, seal = package.read(MANIFEST), json.loads(package.read(SIGNATURE))
        manifest = json.loads(raw)
        if manifest["form"] != FORM or not {dict} == {type(seal), type(manifest["files"])}:
            raise ValueError(FORM)
    except KeyError as error:
        findings.add("missing", str(error).strip("'\""))
        return None
    except Exception:  # noqa: BLE001  # whatever is broken there
        findings.add("changed", MANIFEST)
        return None
    if not signed(seal.get("key_id", ""), seal.get("signature", ""), raw):
        findings.add("house_signature", MANIFEST)
    if key is None:
        findings.notes.append("compare the key with the one that the hospital publishes (--key)")
    if seal.get("key_id") != manifest.get("key_id") or key not in (None, seal.get("key_id")):
        findings.add("house_key", str(seal.get("key_id")))
    findings.count("signatures of the house")
    return manifest


def check_files(package, manifest, findings):
    """Each file is as it was; none is missing; none was added."""
    wanted, there = manifest["files"], Counter(package.namelist())
    for name in sorted(name for name, times in there.items() if times > 1):
        findings.add("twice", name)
    for name in sorted(set(there) - set(wanted) - {MANIFEST, SIGNATURE}):
        findings.add("added", name)
    for name, told in sorted(wanted.items()):
        if name not in there:
            findings.add("missing", name)
        elif package.getinfo(name).file_size != told["bytes"]:
            findings.add("changed", name)  # and not unpacked, however much it were
        elif digest_in(package, name) != told["sha256"]:
            findings.add("changed", name)
        findings.count("files")


def digest_in(package, name):
    digest = hashlib.sha256()
    try:
        with package.open(name) as file:
            for block in iter(lambda: file.read(AT_ONCE), b""):
                digest.update(block)
    except Exception:  # noqa: BLE001  # a damaged entry fails in many ways
        return "unreadable"
    return digest.hexdigest()


def read_json(package, name, findings):
    try:
        return json.loads(package.read(name))
    except Exception:  # noqa: BLE001  # the same
        findings.add("missing" if name not in package.namelist() else "changed", name)
        return None


def check_records(package, _manifest, findings):
    """Every version is what its doctor signed."""
    records = read_json(package, "records.json", findings)
    for version in (records or {}).get("versions", []):
        name = version["statement"]
        try:
            statement = package.read(name)
            told = json.loads(statement)
        except Exception:  # noqa: BLE001  # named by check_files already
            findings.add("record_signature", name)
            continue
        if version["algorithm"] != "Ed25519" or not signed(
            version["key_id"], version["signature"], statement
        ):
            findings.add("record_signature", name)
        signer = version["key_id"].partition(":")[0]
        same = (
            told["fields"] == version["fields"]
            and told["version"] == version["version"]
            and told["reason"] == version["reason"]
            and told["signed_by"] == version["signed_by"]
            and told["signed_by"].replace("-", "") == signer
            and hashlib.sha256(statement).hexdigest() == version["sha256"]
        )
        if not same:
            findings.add("record_differs", name)
        findings.count("signatures of records")


def canonical(value):
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.encode()


def link_hash(chain, position, previous, rest):
    head = {"chain": chain, "position": position, "previous": previous}
    return hashlib.sha256(canonical(head) + b"\n" + rest).hexdigest()


def check_chains(package, manifest, findings):
    """Every line stands in its chain, and every part of a chain leads to an end that was signed."""
    lines = read_json(package, "audit/lines.json", findings)
    parts = read_json(package, "audit/segments.json", findings)
    anchors = read_json(package, "audit/anchors.json", findings)
    if lines is None or parts is None or anchors is None:
        return
    links = {}
    for part in parts:
        walk_part(part, links, findings)
    ends = {each["number"]: tips_of(each, manifest.get("key_id"), findings) for each in anchors}
    for part in parts:
        last = part["first"] + len(part["links"]) - 1
        if part["anchor"] is None:
            findings.notes.append("chain %d ends at %d without an anchor" % (part["chain"], last))
        elif [part["chain"], last, part["tip"]] not in ends.get(part["anchor"], []):
            findings.add("cut", "chain %d at %d" % (part["chain"], last))
    for line in lines:
        check_line(line, links, findings)


def walk_part(part, links, findings):
    """Recompute each link from the one before; `links`: (chain, position) -> what stands there."""
    chain, previous = part["chain"], part["previous"]
    if part["first"] == 1 and previous != GENESIS:
        findings.add("cut", "chain %d at 1" % chain)
    if not part["links"]:
        findings.add("cut", "chain %d at %d" % (chain, part["first"]))
    for position, told in enumerate(part["links"], part["first"]):
        links[chain, position] = (told, previous)
        if told.startswith("="):
            previous = told[1:]
            findings.count("links of the older form, taken as they are")
        else:
            previous = link_hash(chain, position, previous, told.encode())
            findings.count("links")
    if previous != part["tip"]:
        findings.add("cut", "chain %d between %d and %d" % (
            chain, part["first"], part["first"] + len(part["links"]) - 1))  # fmt: skip


def tips_of(anchor, key_id, findings):
    """The ends that the house has signed; none when it has not."""
    statement = anchor["statement"].encode()
    if anchor["key_id"] != key_id or not signed(key_id, anchor["signature"], statement):
        findings.add("anchor", "anchor %s" % anchor["number"])
        return []
    findings.count("signatures of anchors")
    told = json.loads(statement)
    return told["tips"] if told["number"] == anchor["number"] else []


def check_line(told, links, findings):
    line, where = told["line"], "line %s" % told["line"].get("id")
    if told["position"] is None:
        findings.notes.append("%s was not sealed yet" % where)
        return
    found = links.get((line["chain"], told["position"]))
    if found is None:
        findings.add("line_unproved", where)
        return
    link, previous = found
    if link.startswith("="):
        fits = link[1:] == link_hash(line["chain"], told["position"], previous, canonical(line))
    else:
        fits = link == hashlib.sha256(canonical(line)).hexdigest()
    if not fits:
        findings.add("line", where)
    findings.count("audit lines")


def verify(path, key=None):
    """Everything that does not hold, what was checked, and the manifest."""
    findings, manifest = Findings(), None
    try:
        check_whole(path, findings)
        package = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        findings.add("no_package", str(error))
        return findings, None
    with package:
        manifest = read_manifest(package, key, findings)
        if manifest is not None:
            for check in (check_files, check_records, check_chains):
                try:
                    check(package, manifest, findings)
                except Exception as error:  # noqa: BLE001  # what was changed breaks in many ways
                    findings.add("changed", "%s: %s" % (type(error).__name__, error))
    return findings, manifest


def told(findings, manifest):
    def out(line):  # a forged name may hold what moves a terminal's cursor over a finding
        print("".join(each if each.isprintable() else "?" for each in line))

    if manifest:
        out("visit %(visit)s, made %(made_at)s" % manifest)
        out("key %s" % manifest.get("key_id"))
    out("signatures checked with: %s" % HOW)
    for what, number in findings.checked.items():
        out("  %d %s" % (number, what))
    for note in findings.notes:
        out("  note: %s" % note)
    for name in (manifest or {}).get("left_out", []):
        out("  note: not in the package when it was made: %s" % name)
    for kind, where in findings:
        out("  %s / %s: %s" % (*TELLS[kind], where))
    out("材料包完整，未被改动。 The package is whole." if not findings else
        "材料包不完整或被改动！ The package does NOT hold: %d faults." % len(findings))  # fmt: skip


def main(words=None):
    parser = argparse.ArgumentParser(description="Check a dispute package of Xinglin")
    parser.add_argument("package")
    parser.add_argument("--key", help="the key that the hospital publishes")
    parser.add_argument("--json", action="store_true", help="answer in JSON")
    asked = parser.parse_args(words)
    findings, manifest = verify(asked.package, asked.key)
    if asked.json:
        answer = {
            "holds": not findings,
            "faults": [{"kind": kind, "where": where} for kind, where in findings],
            "checked": findings.checked,
            "notes": findings.notes,
            "signatures_by": HOW,
            "key_id": (manifest or {}).get("key_id"),
        }
        print(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        told(findings, manifest)
    return 2 if "no_package" in dict(findings) else min(len(findings), 1)


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="replace")  # a console that cannot write Chinese is no fault
    sys.exit(main())
