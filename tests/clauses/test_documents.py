"""Rows on documents: who stands behind them, whom they are for, what a file equals."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from shebao.privacy import register
from shebao.privacy.declared import RegisterError
from tests import people
from tests.clauses import doors
from tests.conftest import Installation
from tests.documents import pdf

BUREAU = "吉林省社会保险事业管理局"


def issued(subject: int, kind: str = "enrolment") -> tuple[str, bytes]:
    """Address and content of a new certificate."""
    browser = doors.citizen(subject)
    browser.get(f"/certificates/new?kind={kind}")
    browser.send("/certificates/new", kind=kind, masked="1")
    path = browser.at.partition("?")[0]
    return path, browser.client.get(f"{path}.pdf").content


@pytest.mark.clause("JL-0-09")
def test_the_bureau_is_named_on_the_page_in_the_manifest_and_on_paper_and_nowhere_else(
    standing: Installation, tmp_path: Path
) -> None:
    assert BUREAU in Client().get("/contact/").content.decode()
    answer = Client().get("/manifest.webmanifest")
    manifest = json.loads(answer.content)
    assert BUREAU in manifest["description"] and manifest["name"] == settings.DEPLOYMENT["name"]
    assert all(finders.find(icon["src"].removeprefix("/static/")) for icon in manifest["icons"])
    _, paper = issued(people.CHUNMEI)
    assert BUREAU in pdf.text(paper, tmp_path).replace("\n", "").replace(" ", "")
    for profile in ("ebao", "guangxi"):
        for file in (settings.PROFILES / profile).rglob("*"):
            assert not file.is_file() or BUREAU not in file.read_text("utf-8"), file


@pytest.mark.clause("JL-0-05")
def test_consent_prompt_and_export_name_the_handler_and_none_is_a_fault(
    standing: Installation, tmp_path: Path
) -> None:
    browser = doors.citizen()
    assert f"{BUREAU}，" in browser.get("/privacy/consents/enquiry.spending_detail").text
    for path in ("/me/enrolment.json", "/me/contributions.json", "/me/account.json"):
        document = json.loads(browser.client.get(path).content)
        assert document["handler"]["name"] == BUREAU and document["handler"]["contact"]
    profiles = tmp_path / "profiles"
    shutil.copytree(settings.PROFILES, profiles)
    file = profiles / "jilin" / "register.toml"
    assert register.load("jilin", profiles).handler.name == BUREAU
    file.write_text(file.read_text("utf-8").replace(f'name = "{BUREAU}"', 'name = ""', 1), "utf-8")
    with pytest.raises(RegisterError, match="handler_incomplete"):
        register.load("jilin", profiles)


@pytest.mark.clause("JL-4.1.2-12")
def test_a_file_equals_its_listed_hash_and_anothers_link_is_refused(standing: Installation) -> None:
    path, content = issued(people.CHUNMEI)
    listed = doors.api(people.citizen(), "/certificates").json()[0]
    assert hashlib.sha256(content).hexdigest() == listed["content_hash"]
    for other in (people.YUANSHAN, people.QINGHE):
        browser = doors.citizen(other)
        assert browser.get(path).status == 403
        assert browser.client.get(f"{path}.pdf").status_code == 403
        number = path.rsplit("/", 1)[-1]
        assert doors.api(people.citizen(other), f"/certificates/{number}/file").status_code == 403
    assert Client().get(f"{path}.pdf").status_code == 401
