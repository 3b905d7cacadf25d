"""The upload page and the API: without script, as a person and as a program meets them."""

import re
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shebao.base.refusal import Refusal
from shebao.cases import scanning
from shebao.cases.papers import apart
from shebao.items import handling
from tests import people
from tests.cases import files
from tests.cases.test_materials import CLAIM, CODE, NOW, draft
from tests.clauses import doors
from tests.conftest import Installation
from tests.fakes.clamd import EICAR, Clamd
from tests.identity.browser import Browser

WHO = people.CHUNMEI


def upload(content: bytes, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.fixture(scope="module")
def no(standing: Installation) -> str:
    return draft(people.citizen(WHO))


@pytest.fixture
def browser(no: str) -> Iterator[Browser]:
    yield doors.citizen(WHO).get(address(no))
    empty(no)


def address(no: str) -> str:
    return f"/cases/{no}/materials/{CODE}/"


def tiles(browser: Browser) -> list[str]:
    return re.findall(r"materials/receipt/(\d+)/retake", browser.page)


def empty(no: str) -> None:
    browser = doors.citizen(WHO).get(address(no))
    while found := tiles(browser):
        browser.post(f"{address(no)}{found[0]}/remove")


def test_limits_and_both_ways_are_stated_before_choosing(browser: Browser) -> None:
    assert "不超过 10 MB" in browser.text and "最多 20 页" in browser.text and "PDF" in browser.text
    assert 'capture="environment"' in browser.page and 'name="file"' in browser.page
    assert browser.page.index("limits") < browser.page.index('name="camera"')
    assert "没有装查毒软件" in browser.text


def test_pages_are_added_ordered_retaken_and_removed_without_script(no: str, browser: Browser) -> None:
    browser.post(address(no), camera=upload(files.photo((800, 1000))), file=upload(files.pdf(3), "list.pdf"))
    assert browser.status == 200 and "收下 2 页" in browser.text and "PDF，3 面" in browser.text
    first, second = tiles(browser)
    browser.post(f"{address(no)}{second}/up")
    assert tiles(browser) == [second, first]
    browser.post(f"{address(no)}{first}/retake", file=upload(files.photo((400, 500))))
    assert "图有点小" in browser.text and len(tiles(browser)) == 2
    browser.post(f"{address(no)}{second}/remove")
    assert len(tiles(browser)) == 1 and "已有 1 页" in browser.text


def test_a_bad_file_is_named_and_the_good_ones_stay(no: str, browser: Browser) -> None:
    browser.post(
        address(no), file=[upload(files.photo((800, 1000))), upload(files.svg(), "a.png"), upload(b"", "b")]
    )
    assert browser.status == 422 and browser.page.count("<title>有错误：") == 1
    assert "第 2 个文件" in browser.text and "网页文件收不了" in browser.text and len(tiles(browser)) == 1
    browser.post(address(no))
    assert browser.status == 422 and "还没有选文件" in browser.text


def test_more_than_a_sending_holds_is_said_and_not_kept(no: str, browser: Browser) -> None:
    browser.post(address(no), file=[upload(bytes(11_000_000)) for _ in range(3)])
    assert browser.status == 422 and "一次最多交 30 MB" in browser.text and not tiles(browser)


def test_a_form_of_another_site_is_refused(no: str, browser: Browser) -> None:
    answer = browser.client.post(address(no), {"file": upload(files.photo((300, 300)))})
    assert answer.status_code == 422 and not tiles(browser.get(address(no)))


def test_what_leaves_cannot_act_in_our_pages(no: str, browser: Browser) -> None:
    browser.post(address(no), file=upload(files.pdf(2), "list.pdf"))
    (page,) = tiles(browser)
    kept = browser.client.get(f"/cases/{no}/pages/{page}/file")
    assert kept["Content-Disposition"].startswith("attachment") and kept["Content-Type"] == "application/pdf"
    drawn = browser.client.get(f"/cases/{no}/pages/{page}/preview.png?leaf=2")
    assert drawn["Content-Type"] == "image/png" and drawn.content.startswith(b"\x89PNG")
    for answer in (kept, drawn):
        assert (
            answer["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer["Content-Security-Policy"]
        )
        assert answer["Cache-Control"] == "no-store"
    assert browser.client.get(f"/cases/{no}/pages/{page}/preview.png?leaf=9").status_code == 404
    shown = browser.get(f"/cases/{no}/pages/{page}/?leaf=2")
    assert (
        "第 1 页，第 2 面" in shown.text
        and "data:image/png;base64," in shown.page
        and "下一面" not in shown.text
    )
    other = doors.citizen(people.YUANSHAN)
    for path in (address(no), f"/cases/{no}/pages/{page}/file", f"/cases/{no}/pages/{page}/preview.png"):
        assert other.get(path).status == 403
        assert doors.browser_of(people.staff()).get(path).status == 403
    assert doors.browser_of(people.staff()).get(f"/desk/cases/{no}/materials/{page}/file").status == 403


def test_the_script_gets_one_answer_per_file(no: str, browser: Browser) -> None:
    token = {"csrfmiddlewaretoken": browser.cookies["sb_csrf"]}
    told = {"X-Shebao-File": "1", "origin": "http://testserver"}
    good = browser.client.post(address(no), token | {"file": upload(files.photo((800, 1000)))}, headers=told)
    bad = browser.client.post(address(no), token | {"file": upload(b"MZ" + bytes(9))}, headers=told)
    assert good.json() == {"taken": 1, "message": ""}
    assert bad.json() == {"taken": 0, "message": "这是程序，不是材料，没有收。拍一张照片再交。"}


def api(method: str, path: str, who: int = WHO, **more):
    actor = people.citizen(who)
    return getattr(Client(headers={"Authorization": f"Bearer {actor.token.hex()}"}), method)(
        f"/api/v1{path}", **more
    )


def test_the_api_does_the_same(no: str, browser: Browser) -> None:
    made = api("post", f"/cases/{no}/materials/{CODE}", data={"file": upload(files.photo((800, 1000)))})
    assert made.status_code == 201 and made.json()["media_type"] == "image/jpeg"
    page = made.json()["id"]
    second = api("post", f"/cases/{no}/materials/{CODE}", data={"file": upload(files.pdf(), "a.pdf")}).json()[
        "id"
    ]
    moved = api(
        "put", f"/cases/{no}/pages/{second}/place", data={"before": page}, content_type="application/json"
    )
    assert [one["id"] for one in moved.json()["pages"]] == [second, page]
    assert api("get", f"/cases/{no}/pages/{page}/file").content.startswith(b"\xff\xd8")
    assert api("get", f"/cases/{no}/pages/{page}/preview").content.startswith(b"\x89PNG")
    bad = api("post", f"/cases/{no}/pages/{page}", data={"file": upload(files.svg())})
    assert bad.status_code == 422 and bad.json()["field"] == "file" and bad.json()["next"]
    assert api("get", f"/cases/{no}/materials", people.QINGHE).json()["code"] == "out_of_reach"
    assert api("delete", f"/cases/{no}/pages/{second}").status_code == 204
    assert [one["id"] for one in api("get", f"/cases/{no}/materials").json()["pages"]] == [page]


@pytest.mark.clause("JL-4.1.2-10")
def test_a_photo_keeps_no_position_a_false_type_is_refused_and_material_is_required(
    no: str, browser: Browser
) -> None:
    by = people.citizen(WHO)
    photo = files.photo((800, 1000))
    assert b"PhoneMaker" in photo
    browser.post(address(no), camera=upload(photo))
    (page,) = tiles(browser)
    stored = browser.client.get(f"/cases/{no}/pages/{page}/file").content
    assert stored.startswith(b"\xff\xd8") and b"PhoneMaker" not in stored and b"Exif" not in stored
    for content, name in (
        (files.pdf(), "photo.jpg"),
        (files.svg(), "photo.png"),
        (photo, "list.pdf"),
        (b"MZ", "a.jpg"),
    ):
        browser.post(address(no), file=upload(content, name))
        assert browser.status == 422 and len(tiles(browser)) == 1
    browser.post(f"{address(no)}{page}/remove")
    handling.answer(no, CLAIM, now=NOW, by=by)
    with pytest.raises(Refusal) as caught:
        handling.submit(no, key="without", now=NOW, by=by)
    assert caught.value.code == "invalid_input" and caught.value.field == CODE
    assert doors.rows("select state from cases_case where no = %s", no) == [("draft",)]


@pytest.mark.clause("JL-4.3.1-04")
def test_a_virus_is_quarantined_and_overload_says_when_to_come_back(
    no: str, browser: Browser, settings_patch, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Clamd() as daemon:
        settings_patch("SCANNER", daemon.address)
        browser.post(address(no), file=upload(files.photo((800, 1000)) + EICAR))
        assert browser.status == 422 and "病毒" in browser.text and not tiles(browser)
        daemon.answer = b"INSTREAM size limit exceeded. ERROR"
        browser.post(address(no), file=upload(files.photo((800, 1000))))
        assert "等查病毒" in browser.text
        daemon.answer = b"stream: Win.Test.EICAR_HDB-1 FOUND"
        assert scanning.run() == 1
    browser.get(address(no))
    assert "有病毒，内容已删" in browser.text
    assert doors.rows("select state, content from cases_material where case_id = %s", no) == [
        ("quarantined", None)
    ]
    settings_patch("SCANNER", "")
    empty(no)
    monkeypatch.setattr(apart, "WAIT_SECONDS", 0.05)
    with apart.CELLS, apart.CELLS:
        answer = api("post", f"/cases/{no}/materials/{CODE}", data={"file": upload(files.photo((800, 1000)))})
    assert (answer.status_code, answer["Retry-After"]) == (503, "30") and not tiles(browser.get(address(no)))
    again = api("post", f"/cases/{no}/materials/{CODE}", data={"file": upload(files.photo((800, 1000)))})
    assert again.status_code == 201
    empty(no)
