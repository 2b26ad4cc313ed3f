"""Every action that the code writes into the audit has a name in both languages.

The calls are read from the source: of `record`, `record_each`, and of every function that hands an
action on to them. An action that is put together names its kind in `MADE_UP`.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import xinglin
from xinglin.care.consultation.lifecycle import CALL, CONSULTATION, QUESTION
from xinglin.care.dispatch.lifecycle import OFFER
from xinglin.care.people import queries as people
from xinglin.care.people.lifecycle import APPLICATION
from xinglin.care.prescribing.lifecycle import PRESCRIPTION

ROOT = Path(xinglin.__file__).parent
WRITERS = {"record": 1, "record_each": 1}
# An f-string as it stands in the source -> what it may become.
MADE_UP = {
    "consultation.{name}": {f"consultation.{step.name}" for step in CONSULTATION.steps},
    "consultation.call_{name}": {f"consultation.call_{step.name}" for step in CALL.steps}
    | {
        f"consultation.call_{name}"
        for name in (
            *("ring", "enter", "invite", "stay_away", "remove", "observe", "consent"),
            *("ask_recording", "stop_recording", "ask_still", "keep_still"),
        )
    },
    "consultation.read_{kind}": {f"consultation.read_{k}" for k in ("voice", "document")},
    "dispatch.{name}_offer": {f"dispatch.{step.name}_offer" for step in OFFER.steps},
    "people.{name}_application": {f"people.{step.name}_application" for step in APPLICATION.steps}
    | {"people.begin_application"},
    "prescription.{name}": {f"prescription.{step.name}" for step in PRESCRIPTION.steps}
    | {"prescription.begin"},
    "prescription.consent_{answer}": {
        f"prescription.consent_{each}" for each in ("signed", "declined", "withdrawn")
    },
    "question.{name}": {f"question.{step.name}" for step in QUESTION.steps} | {"question.ask"},
    "people.{answer}_proxy": {"people.agree_proxy", "people.refuse_proxy"},
}


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(ROOT.rglob("*.py")):
        if "tests" not in path.parts and "migrations" not in path.parts:
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def argument(call: ast.Call, place: int) -> ast.expr | None:
    named = [each.value for each in call.keywords if each.arg == "action"]
    return named[0] if named else call.args[place] if len(call.args) > place else None


def called(call: ast.Call) -> str:
    return getattr(call.func, "attr", None) or getattr(call.func, "id", "")


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def writers_of(path: Path, tree: ast.Module) -> dict[str, int]:
    """The functions of a file that hand an action on, and which argument it is."""
    found = dict(WRITERS)
    for _ in range(2):
        for function in ast.walk(tree):
            if not isinstance(function, ast.FunctionDef):
                continue
            names = [each.arg for each in [*function.args.args, *function.args.kwonlyargs]]
            for call in calls(function):
                told = argument(call, found[called(call)]) if called(call) in found else None
                if isinstance(told, ast.Name) and told.id in names:
                    found.setdefault(function.name, names.index(told.id))
    return found


def actions() -> dict[str, str]:
    """Action -> where it is written."""
    trees = list(sources())
    shared = dict(WRITERS)
    for path, tree in trees:
        shared |= {n: at for n, at in writers_of(path, tree).items() if not n.startswith("_")}
    found: dict[str, str] = {}
    for path, tree in trees:
        known = shared | writers_of(path, tree)
        for call in calls(tree):
            if called(call) in known:
                for action in spelled(argument(call, known[called(call)])):
                    found[action] = f"{path.relative_to(ROOT)}:{call.lineno}"
    return found


def spelled(told: ast.expr | None) -> set[str]:
    if isinstance(told, ast.Constant) and isinstance(told.value, str) and "." in told.value:
        return {told.value}
    if isinstance(told, ast.IfExp):
        return spelled(told.body) | spelled(told.orelse)
    if isinstance(told, ast.JoinedStr):
        pattern = "".join(
            str(part.value) if isinstance(part, ast.Constant) else f"{{{ast.unparse(part.value)}}}"
            for part in told.values
        )
        if pattern.split(".")[0].isidentifier() and "." in pattern and " " not in pattern:
            return MADE_UP.get(pattern, {pattern})
    return set()


def test_the_walk_sees_what_is_written():
    found = actions()
    assert {"record.sign", "people.make_export", "audit.read", "consultation.accept"} <= set(found)
    assert len(found) > 60


def test_every_action_has_a_name_in_both_languages():
    named = people.action_names()
    nameless = {action: where for action, where in actions().items() if action not in named}
    assert nameless == {}, "tell them in care/people/data/access_words.json"


def test_every_name_is_of_one_action():
    names = [(each.zh, each.en) for each in people.action_names().values()]
    assert all(zh.strip() and en.strip() for zh, en in names)
