"""服务目录 while it runs: a probe that fails, an entry that is opened later."""

from pathlib import Path

import pytest
from django.test import Client

from shebao.base.refusal import Refusal
from shebao.items import directory as catalogue
from shebao.privacy import availability, directory, register
from tests import people
from tests.clauses import doors
from tests.conftest import Installation
from tests.operations.test_catalogue import TEXT, accepted


def test_a_probe_fails_when_what_it_needs_is_gone(shebao: Installation) -> None:
    doors.run("alter function registry.contributions rename to contributions_gone")
    answer = Client().get("/healthz/services/contribution")
    assert answer.status_code == 503 and "registry.contributions" in answer.json()["detail"]
    assert Client().get("/healthz/services").status_code == 503
    assert Client().get("/healthz/services/account").status_code == 200


@pytest.mark.clause("JL-4.1.1-04")
def test_an_incomplete_entry_is_not_opened_and_a_complete_one_appears_without_a_change_of_code(
    shebao: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator = people.staff("operator")
    book = register.current()
    lacking = accepted(tmp_path, TEXT.replace('items = ["certificate.record"]', ""))
    everything = directory.Directory((*catalogue.current().services, *lacking.services))
    with pytest.raises(Refusal) as error:
        availability.reopen(service="line-photo", reason="准备开通", directory=everything, by=operator)
    assert error.value.code == "handler_incomplete" and "哪些信息" in error.value.message
    for file in (tmp_path / "services").iterdir():
        file.write_text(TEXT)
    whole = directory.accept((*catalogue.current().services, *directory.read(tmp_path, book)), book)
    monkeypatch.setattr(catalogue, "load", lambda profile, profiles: whole)

    def seen() -> tuple[bool, bool, bool]:
        api = {entry["code"] for entry in Client().get("/api/v1/services").json()}
        pages = [Client().get(path).content.decode() for path in ("/services/", "/items/")]
        return ("line-photo" in api, "拍照问问题" in pages[0], "拍照问问题" in pages[1])

    assert seen() == (False, False, False)
    assert Client().get("/verify/photo").status_code == 404
    availability.reopen(service="line-photo", reason="准备好了，开通", directory=whole, by=operator)
    assert seen() == (True, True, True)
    assert Client().get("/verify/photo").status_code == 200
