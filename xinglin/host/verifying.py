"""`./run verify FILE`: does a signed prescription hold? Needs no hospital, no database and no network.

FILE: the PDF of a prescription, or the `prescription.json` inside it. Ends with 0 when everything holds, 1
when something does not, 2 when it cannot be read.
"""

import argparse
import json
import logging
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from xinglin.care.prescribing.queries import proof
from xinglin.foundation.signing.queries import documents, trust
from xinglin.kernel.text import Text

# An authority's clock is not the house's.
_CLOCKS_DIFFER: Final = timedelta(minutes=5)
FAULTS: Final = {
    "algorithm": Text("签名算法不认识，无法核验", "a signature of a kind that is not known here"),
    "attachments": Text(
        "附件中没有唯一的签署原文", "the attachment with what was signed is not there, or not alone"
    ),
    "changed": Text("文件已被改动或损坏", "the file was changed or is damaged"),
    "doctor_signature": Text("医师签名与原文不符", "the doctor's signature does not fit the text"),
    "gap": Text("签章以外的字节被改动", "bytes beside the seal were changed"),
    "patient_signature": Text(
        "患者签名与处方不符", "the patient's signature does not fit the sheet"
    ),
    "pharmacist_signature": Text(
        "药师签名与原文不符", "the pharmacist's signature does not fit the text"
    ),
    "review": Text(
        "药师所审核的不是这张处方的这个签名", "the pharmacist approved something else than this"
    ),
    "seal": Text("医院签章与文件不符", "the hospital's seal does not fit the file"),
    "seal_form": Text("签章中未签名的部分被改动", "an unsigned part of the seal was changed"),
    "seals": Text("没有唯一的医院签章", "there is not exactly one seal"),
    "stamp": Text("时间戳缺失或不符", "the time stamp is missing or does not fit"),
    "statement_form": Text("签署原文的格式被改动", "the form of what was signed was changed"),
    "time": Text("时间戳早于签名", "the time stamp is older than the signatures"),
    "trust": Text(
        "证书不是由所信任的机构签发，或签名时不在有效期内",
        "a certificate is not of an authority that is trusted, or did not hold at the time",
    ),
    "whole": Text(
        "文件不完整，或签章之后被添加了内容", "not whole, or added to after it was sealed"
    ),
}


class _FaultError(Exception):
    """`args[0]`: of `FAULTS`."""


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="./run verify", description="核验处方 Check a signed prescription"
    )
    parser.add_argument("file", type=Path, help="PDF, or prescription.json")
    parser.add_argument(
        "--root",
        type=Path,
        action="append",
        default=[],
        help="certificate of an authority that you trust, PEM or DER; may be given several times",
    )
    parser.add_argument("--json", action="store_true", help="answer in JSON")
    asked = parser.parse_args(words)
    try:
        content = asked.file.read_bytes()
        roots = [each for path in asked.root for each in trust.certificates_in(path.read_bytes())]
    except (OSError, ValueError) as error:
        print(f"无法读取 cannot be read: {error}", file=sys.stderr)
        return 2
    try:
        with _quiet():
            answer = _verified(content, roots)
    except _FaultError as error:
        answer = {"holds": False, "fault": error.args[0]}
    if asked.json:
        print(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        for line in _told(answer):
            # A forged name may hold what moves a terminal's cursor.
            print("".join(each if each.isprintable() else "?" for each in line))
    return 0 if answer["holds"] else 1


@contextmanager
def _quiet() -> Iterator[None]:
    """What is wrong is told once, in our words; the libraries would say it too."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


def _verified(content: bytes, roots: Sequence[bytes]) -> dict[str, Any]:
    try:
        if proof.is_proof(content):
            return _answer(proof.check(content, roots), None, trusted=bool(roots))
        sealed = documents.check(content, roots)
        if set(sealed.attachments) != {proof.NAME}:
            raise _FaultError("attachments")
        proved = proof.check(sealed.attachments[proof.NAME], sealed.roots)
        if sealed.at < max(proved.signed_at.values()) - _CLOCKS_DIFFER:
            raise _FaultError("time")
        if sealed.sealer in proved.signers.values():
            raise _FaultError("seal")
        return _answer(proved, sealed, trusted=bool(roots))
    except (documents.ChangedError, proof.NoProofError) as error:
        raise _FaultError(error.fault) from error


def _answer(
    proved: proof.Proved, sealed: documents.Checked | None, *, trusted: bool
) -> dict[str, Any]:
    return {
        "holds": True,
        "trusted": trusted,
        "prescription": proved.prescription_id,
        "signatures": {
            role: {"at": _moment(at), "certificate": trust.subject(proved.signers[role])}
            for role, at in proved.signed_at.items()
        },
        "seal": sealed
        and {
            "certificate": trust.subject(sealed.sealer),
            "at": _moment(sealed.at),
            "stamped_by": trust.subject(sealed.stamper),
        },
        "roots": [sha256(each).hexdigest() for each in proved.roots],
        "content": proved.content,
    }


def _told(answer: Mapping[str, Any]) -> Iterator[str]:
    if not answer["holds"]:
        fault = FAULTS[answer["fault"]]
        yield f"  {fault.zh} / {fault.en}"
        yield "核验不通过！ It does NOT hold."
        return
    yield f"处方 prescription {answer['prescription']}"
    yield from _content(answer["content"])
    for role, (zh, en) in {
        "doctor": ("医师签名", "signed by the doctor"),
        "first_pharmacist": ("初审药师签名", "signed by the first of two pharmacists"),
        "pharmacist": ("审核药师签名", "signed by the reviewing pharmacist"),
    }.items():
        made = answer["signatures"].get(role)
        if made:
            yield f"  {zh} {en}: {made['at']}, {made['certificate']}"
    seal = answer["seal"]
    if seal:
        yield f"  医院签章 sealed: {seal['certificate']}"
        yield f"  时间戳 time stamp: {seal['at']}, {seal['stamped_by']}"
        yield "  每一字节均在签章之下，签章后无添加 every byte is under the seal; nothing was added"
    for root in answer["roots"]:
        yield f"  根证书 root, SHA-256: {root}"
    if answer["trusted"]:
        yield "核验通过，证书由您所信任的机构签发。 It holds, by the authority that you trust."
        return
    yield (
        "  注意：未指定 --root，根证书取自文件自身，等于没有任何人为其担保（演示）。"
        " note: without --root the authority is the file's own: trusted by nobody (a demonstration)."
    )
    yield "内容完整未改动，但签发机构无人担保。 It is unchanged, but nobody vouches for its authority."


def _content(told: Mapping[str, Any]) -> Iterator[str]:
    """What was signed, to be compared with what the paper shows."""
    patient = told["patient"]
    yield f"  日期 date: {told['written_on']}; 至 until: {told['expires_at']}"
    yield f"  患者 patient: {patient['sex']}, {patient['age']['zh']} {patient['age']['en']}"
    for each in told["diagnoses"]:
        yield f"  诊断 diagnosis: {each['code']} {each['name_zh']} {each['name_en']}"
    for each in told["items"]:
        yield (
            f"  Rp {each['name']['zh']} {each['name']['en']} {each['strength']}:"
            f" {each['dose']} {each['dose_unit']} {each['frequency']} {each['route']},"
            f" {each['days']} d, × {each['quantity']} {each['quantity_unit']}"
        )
    if agreed := told.get("consent"):
        yield (
            "  患者一方已签名同意长期用药，签名人以医院记录为准"
            " the patient's side agreed to the long supply; whose signature it is, the hospital says:"
            f" {agreed['signed_at']}"
        )


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
