"""服务目录: complete entries only, no fee, every menu row and address has one entry, online entries answer."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from shebao.items import directory as catalogue
from shebao.items import finder
from shebao.privacy import clauses, directory, register
from shebao.privacy.declared import RegisterError
from shebao.web.pages import privacy as privacy_page
from tests.clauses import doors
from tests.conftest import Installation

TEXT = """
[[service]]
code = "line-photo"
name = "拍照问问题"
kind = "public"
paths = ["/verify/photo"]
probe = ["table:privacy_policy"]
purposes = ["certificate.verify"]
items = ["certificate.record"]
clauses = ["JL-4.1.1-04"]
draft = true
"""


def written(folder: Path, text: str) -> Path:
    """The profiles of this checkout with one more file of services."""
    for name in ("register.toml", "profile.toml"):
        (folder / "jilin").mkdir(exist_ok=True)
        (folder / "jilin" / name).write_text((settings.PROFILES / "jilin" / name).read_text())
    (folder / "services").mkdir()
    (folder / "services" / "more.toml").write_text(text)
    return folder


def accepted(folder: Path, text: str) -> directory.Directory:
    book = register.load("jilin", settings.PROFILES)
    return directory.accept(directory.read(written(folder, text), book), book)


@pytest.mark.parametrize("profile", clauses.PROFILES)
def test_the_catalogue_of_every_profile_is_accepted_and_names_rows_that_exist(profile: str) -> None:
    rows = clauses.read(settings.PROFILES)
    book = register.load(profile, settings.PROFILES)
    found = catalogue.load(profile, settings.PROFILES).services
    assert len(found) > 25
    assert {row for one in found for row in one.clauses} <= rows.keys()
    assert all(rows[directory.clause(one, book)].profile == profile for one in found)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (('purposes = ["certificate.verify"]', ""), "no_purpose"),
        (('items = ["certificate.record"]', ""), "no_items"),
        (('items = ["certificate.record"]', 'items = ["claim.record"]'), "unknown_item"),
        (('probe = ["table:privacy_policy"]', "probe = []"), "no_probe"),
        (('clauses = ["JL-4.1.1-04"]', 'clauses = ["JL-4.1.1-04"]\nprice = 5'), "fee"),
        (('clauses = ["JL-4.1.1-04"]', 'clauses = ["JL-4.1.1-04"]\nfee_fen = 0'), "fee"),
        (('clauses = ["JL-4.1.1-04"]', 'clauses = ["JL-4.1.1-04"]\nsponsor = "x"'), "unknown_key"),
    ],
)
def test_an_entry_that_is_incomplete_or_costs_something_is_not_accepted(
    tmp_path: Path, change: tuple[str, str], code: str
) -> None:
    text = TEXT.replace("draft = true", "").replace(*change)
    with pytest.raises(RegisterError) as error:
        accepted(tmp_path, text)
    assert code in {problem.code for problem in error.value.problems}


def test_two_services_never_share_a_code_or_an_address(tmp_path: Path) -> None:
    with pytest.raises(RegisterError) as error:
        accepted(tmp_path, TEXT + TEXT)
    assert {problem.code for problem in error.value.problems} == {"repeated"}


def menu(signed_in: doors.Browser) -> set[str]:
    """Every row of the menus: tabs, 办事, 我的, 隐私中心, what the search box offers without words."""
    rows = {page.url for page in finder.menu()}
    rows |= {row["url"] for row in privacy_page.RIGHTS}
    for page in ("/account/", "/privacy/", "/items/"):
        signed_in.get(page)
        rows |= set(re.findall(r'class="(?:go|weui-tabbar__item)[^"]*" href="(/[^"]*)"', signed_in.page))
    return {row.partition("?")[0].partition("#")[0] for row in rows} - {"/account/card/"}


@pytest.mark.clause("JL-1-01")
def test_each_menu_row_has_one_entry_and_every_entry_online_answers_its_probe(standing: Installation) -> None:
    listed = Client().get("/api/v1/services").json()
    assert all(entry["operator"] and entry["state"] == "online" for entry in listed)
    paths = [path for entry in listed for path in entry["paths"]]
    assert len(paths) == len(set(paths))
    own = catalogue.current()
    rows = menu(doors.citizen())
    assert len(rows) > 20
    for row in rows:
        found = own.serving(row)
        assert found is not None, row
        assert sum(entry["code"] == found.code for entry in listed) == 1
    for entry in listed:
        assert Client().get(entry["probe"]).status_code == 200, entry["code"]
        assert Client().get(f"/services/{entry['code']}/").status_code == 200


FRAME = ("/elder/", "/theme/", "/amounts/", "/analytics/", "/desk/", "/ledger/", "/healthz", "/readyz", "/metrics",
         "/manifest.webmanifest", "/sw.js", "/offline", "/api/docs", "/api/openapi.json")  # fmt: skip


def addresses(patterns: list[object], start: str = "/") -> Iterator[str]:
    """Every address of the doors, a letter in the place of what varies."""
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, start + str(one.pattern))
        elif isinstance(one, URLPattern):
            yield start + re.sub(r"<[^>]+>", "x", str(one.pattern))


def test_every_address_of_the_doors_belongs_to_a_service() -> None:
    found = [catalogue.load(profile, settings.PROFILES) for profile in clauses.PROFILES]
    strays = {
        path
        for path in addresses(get_resolver().url_patterns)
        if not path.startswith(FRAME) and path != "/api/" and not any(one.serving(path) for one in found)
    }
    assert strays == set(), "add these to profiles/services/*.toml"


@pytest.mark.clause("JL-4.1.1-09")
def test_no_service_asks_for_money_and_every_service_page_says_it_is_free(
    standing: Installation, tmp_path: Path
) -> None:
    profiles = tmp_path / "profiles"
    shutil.copytree(settings.PROFILES, profiles)
    drugs = profiles / "services" / "medical.toml"
    drugs.write_text(drugs.read_text().replace('code = "drugs"\n', 'code = "drugs"\nprice = 5\n'))
    with pytest.raises(RegisterError, match="服务全部免费"):
        catalogue.load("jilin", profiles)
    own = doors.citizen()
    asks = re.compile(r"(?:去|立即|确认|马上)(?:支付|付款|缴费)|价格|订单|手续费|工本费|购买|微信付|¥")
    prompt = re.compile(
        r"<(?:a|button|label|option|h1|h2)\b[^>]*>(.*?)</(?:a|button|label|option|h1|h2)>", re.DOTALL
    )

    def prompts(page: str) -> str:
        main = page.split("<main", 1)[1].split("</main>")[0]
        return " ".join(prompt.findall(main))

    for service in catalogue.current().services:
        page = Client().get(f"/services/{service.code}/").content.decode()
        assert "免费" in page and not asks.search(prompts(page))
        if service.page.startswith("/api/"):
            continue
        own.get(service.page)
        if service.code == "employer":  # for the agent of an employer alone
            assert own.status == 403
            continue
        assert own.status == 200, service.page
        assert not asks.search(prompts(own.page)), (service.page, asks.search(prompts(own.page)))
