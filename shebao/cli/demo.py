"""`shebao demo`: log-ins of the demonstration, and invented people to try things with. Never in production."""

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from shebao.base.refusal import Refusal
from shebao.synth import demonstration

app = typer.Typer(help="演示账号和演示用的人。正式运行时不能用。", no_args_is_help=True)
console = Console(highlight=False, soft_wrap=True)
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON，给程序用。")]
ROLES = {
    "citizen": "参保人", "pensioner": "退休人员", "guardian": "监护人", "minor": "未成年人", "clerk": "窗口经办",
    "supervisor": "科长", "privacy_officer": "个人信息保护负责人", "security_officer": "安全管理员",
    "auditor": "审计员", "operator": "运维人员", "employer_agent": "单位经办人员", "partner": "合作机构",
}  # fmt: skip


@app.command()
def accounts(as_json: AsJson = False) -> None:
    """列出能马上登录的演示账号。密码每次造数都重新生成。

    动态码由 totp_secret 算出。例：shebao demo accounts --json
    """
    lines = _told(demonstration.logins)
    if as_json:
        typer.echo(json.dumps(lines, ensure_ascii=False, indent=1))
        return
    for line in lines:
        console.print(f"[bold]{ROLES[line['role']]}[/bold] {line['name']}：{line['note']}")
        console.print(f"    登录名 {line['login']}    密码 {line['password']}", markup=False)
        if "totp_secret" in line:
            console.print(f"    动态码密钥 {line['totp_secret']}", markup=False)
        if "card_number" in line:
            console.print(
                f"    社保卡号 {line['card_number']}    查询密码 {line['card_password']}", markup=False
            )


@app.command()
def people(as_json: AsJson = False) -> None:
    """列出几个还没有账号的虚构的人，用来试注册和导入。"""
    lines = _told(demonstration.people)
    if as_json:
        typer.echo(json.dumps(lines, ensure_ascii=False, indent=1))
        return
    table = Table("姓名", "社会保障号码", "社保卡号", "卡的查询密码")
    for line in lines:
        table.add_row(line["name"], line["id_number"], line["card_number"], line["card_password"])
    console.print(table)


def _told(read: Any) -> list[dict[str, Any]]:
    try:
        found: list[dict[str, Any]] = read()
    except Refusal as refusal:
        console.print(f"{refusal.message}{refusal.next_step}")
        raise typer.Exit(1) from refusal
    return found
