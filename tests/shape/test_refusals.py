"""每条拒绝都说清: each condition has its refusal with a rule, each way on exists, and the words are plain."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from shebao.cases.item import Finding
from shebao.items import catalogue, directory, ways

ITEMS = Path(catalogue.__file__).parent
MAKERS = {"Finding", "holds", "line", "Reason", "asked"}
# A list takes the fault of a line as its one condition.
LISTED = {"employee_enrolment_list", "employee_leave_list", "wage_declaration"}
# 公文腔, words of the trade, and what reads like a mistake to an elderly person.
BANNED = re.compile(
    r"[你妳]|逝者|予以|上述|逾期|特此|贵单位|须知悉|该(?:人|事项|员)|如有疑问|若干情形|经核实后|走工伤|解挂|系统异常|非法"
)
HAN = re.compile("[\u4e00-\u9fff]")
UNSPACED = re.compile(r"[\u4e00-\u9fff]\d+(?:个月|元|岁|周岁|天|人|次|个)|\d(?:元|岁|天|人)")


@cache
def module(path: Path) -> tuple[dict[str, ast.FunctionDef], dict[str, tuple[Path, str]]]:
    """Functions of a file of the room, and what it imports from the room: a module, or one function of it."""
    tree = ast.parse(path.read_text("utf-8"))
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    imported = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("shebao.items"):
            base = ITEMS.joinpath(*node.module.split(".")[2:])
            for name in node.names:
                whole = base / f"{name.name}.py"
                found = (whole, "") if whole.exists() else (base.with_suffix(".py"), name.name)
                imported[name.asname or name.name] = found
    return functions, imported


def calls(path: Path, name: str, seen: set[tuple[Path, str]]) -> Iterator[ast.Call]:
    """Every call in a function and in what it calls of the room; a granted verdict's reasons are none."""
    functions, imported = module(path)
    if (path, name) in seen or name not in functions:
        return
    seen.add((path, name))
    granted = {
        id(inner)
        for node in ast.walk(functions[name])
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Verdict" and is_true(node.args[0])
        for inner in ast.walk(node)
    }
    for node in ast.walk(functions[name]):
        if not isinstance(node, ast.Call) or id(node) in granted:
            continue
        yield node
        owner, _, called = ast.unparse(node.func).rpartition(".")
        if owner in imported and not imported[owner][1]:
            yield from calls(imported[owner][0], called, seen)
        elif not owner and called in imported:
            yield from calls(*imported[called], seen)
        elif not owner:
            yield from calls(path, called, seen)


def is_true(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def conditions(folder: str) -> Iterator[set[str]]:
    """The codes of what may not hold; either of two where a call chooses."""
    seen: set[tuple[Path, str]] = set()
    for start in ("check", "decide"):
        for call in calls(ITEMS / folder / "decide.py", start, seen):
            made = ast.unparse(call.func).rpartition(".")[2]
            if made not in MAKERS or not call.args or (made == "Finding" and is_true(call.args[1])):
                continue
            codes = {
                node.value
                for node in ast.walk(call.args[0])
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            }
            if codes - {"flexible"}:
                yield codes


@pytest.mark.parametrize("folder", catalogue.FOLDERS)
def test_every_condition_of_an_item_is_among_its_refusals(folder: str) -> None:
    raw = tomllib.loads((ITEMS / folder / "item.toml").read_text("utf-8"))
    told = {row["code"] for row in raw.get("refusal", [])}
    missing = [codes for codes in conditions(folder) if not codes & (told | {"may_ask"})]
    if folder in LISTED:
        missing = [codes for codes in missing if "line" not in told]
    assert missing == []
    assert [
        row["code"] for row in raw.get("refusal", []) if not row.get("law") or not row["says"].endswith("。")
    ] == []


def test_every_way_on_leads_to_a_page_or_an_item() -> None:
    wrong = []
    for file in [*ITEMS.glob("*.py"), *ITEMS.glob("*/decide.py")]:
        tree = ast.parse(file.read_text("utf-8"))
        pieces = {
            id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values
        }
        for node in ast.walk(tree):
            url = node.value if isinstance(node, ast.Constant) and id(node) not in pieces else ""
            if not isinstance(url, str) or not re.fullmatch(r"/(?!desk/|api/|me/$)[a-z][a-z/-]*", url):
                continue
            code = url.removeprefix("/items/").rstrip("/") if url.startswith("/items/") else ""
            if not directory.has_page(url) or (code and code not in catalogue.ITEMS):
                wrong.append(f"{file.name}: {url}")
    assert wrong == []


def test_a_way_on_never_names_an_item_that_is_not_offered_here(monkeypatch: pytest.MonkeyPatch) -> None:
    lost, alone = catalogue.ITEMS["card-electronic"], catalogue.ITEMS["employee-leave"]
    line = Finding("no_card", False, "您还没有社保卡。", "", "去申领", "/items/card-issue/")
    monkeypatch.setattr(catalogue, "offered", lambda: tuple(catalogue.ITEMS.values()))
    assert ways.on(lost, line).next_url == "/items/card-issue/"
    monkeypatch.setattr(catalogue, "offered", lambda: (lost,))
    assert (ways.on(lost, line).next_step, ways.on(lost, line).next_url) == ways.LAST
    drawing = Finding("draws_pension", False, "您已经在领养老金。")
    assert ways.on(lost, drawing).next_url == "/me/payments"
    assert ways.on(alone, drawing).next_url == "/offices/"
    assert (
        ways.on(lost, Finding("no_card", True, "您有社保卡。", "", "去申领", "/items/card-issue/")).next_url
        == ""
    )


@pytest.mark.parametrize("folder", catalogue.FOLDERS)
def test_the_words_of_an_item_are_plain(folder: str) -> None:
    raw = tomllib.loads((ITEMS / folder / "item.toml").read_text("utf-8"))
    said = [raw[key] for key in ("plain", "summary", "own", "result") if key in raw]
    said += [row["says"] for part in ("law", "refusal") for row in raw.get(part, [])]
    said += [
        row[key]
        for part in ("question", "entry")
        for row in raw.get(part, [])
        for key in ("label", "hint")
        if key in row
    ]
    said += [row[key] for row in raw.get("material", []) for key in ("name", "sample") if key in row]
    for node in ast.walk(ast.parse((ITEMS / folder / "decide.py").read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and HAN.search(node.value):
            said.append(node.value)
    assert [text for text in said if BANNED.search(text) or UNSPACED.search(text)] == []
