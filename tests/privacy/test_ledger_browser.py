"""The same proofs in a real browser, under the site's content security policy, with and without native Ed25519."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from shebao.privacy import merkle, proof
from shebao.privacy.notes import Checkpoint, Signer
from tests.privacy.test_proof import BENT, LEAVES, SIGNER, made

SCRIPT = Path(__file__).parents[2] / "shebao" / "web" / "static" / "ledger.js"
POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'"
PAGE = """<!doctype html><meta charset="utf-8"><title>t</title><script src="/ledger.js" type="module"></script>
<details open><summary><time datetime="1970-01-01T00:00:00.004+00:00">t</time></summary>
<p data-verdict="4"><i></i>已写进公开总账</p>
<button type="button" data-prove="/proof/%s" data-entry="4" hidden>在我手机上核对</button></details>
<input type="file" data-proof-file><p data-proof-result></p>"""


class Door(BaseHTTPRequestHandler):
    """A small site: the script, a page, the key, and proofs good and bent."""

    def do_GET(self) -> None:
        kinds = {"js": "text/javascript", "tml": "text/html"}
        kind = kinds.get(
            self.path.rpartition(".")[2][-3:], "text/html" if "page" in self.path else "text/plain"
        )
        body = self._body()
        self.send_response(200 if body is not None else 404)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write((body or "").encode())

    def _body(self) -> str | None:
        answers = {
            "/ledger.js": SCRIPT.read_text("utf-8"),
            "/ledger/key": f"{SIGNER.verifier}\n",
            "/proof/good": made(4),
            "/proof/other": made(5),
            "/proof/bent": BENT["another leaf"],
        }
        if self.path.startswith("/page/"):
            kind = self.path.removeprefix("/page/")
            return (PAGE % kind).replace("1970-01-01", "1970-01-02" if kind == "other" else "1970-01-01")
        return answers.get(self.path)

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    one = browser.new_page()
    one.goto(f"{site}/page/good")
    yield one
    one.close()


ASK = """async ([file, key]) => {
  const { verifyProof } = await import("/ledger.js");
  try { return await verifyProof(file, key); } catch (problem) { return problem.constructor.name; }
}"""


def test_the_browser_proves_every_leaf(page: Page) -> None:
    for index, leaf in enumerate(LEAVES):
        found = page.evaluate(ASK, [made(index), str(SIGNER.verifier)])
        assert found == {"leaf": leaf.decode(), "index": index, "size": 11, "origin": SIGNER.name}


def test_the_browser_refuses_every_bent_proof(page: Page) -> None:
    verdicts = {name: page.evaluate(ASK, [file, str(SIGNER.verifier)]) for name, file in BENT.items()}

    assert set(verdicts.values()) == {"NotProved"}


def test_a_large_tree_is_proved_in_the_browser(page: Page) -> None:
    hashes = [merkle.leaf_hash(str(number).encode()) for number in range(1000)]
    path = merkle.inclusion_proof(777, 1000, lambda begin, end: merkle.root_of(hashes[begin:end]))
    note = SIGNER.sign(Checkpoint(SIGNER.name, 1000, merkle.root_of(hashes)).text())
    file = proof.Proof(777, tuple(path), note, b"777").text()

    assert page.evaluate(ASK, [file, str(SIGNER.verifier)])["index"] == 777


def test_the_way_without_native_ed25519_agrees(page: Page) -> None:
    message = b"a message"
    good = bytes(SIGNER._private().sign(message))
    order = 2**252 + 27742317777372353535851937790883648493
    high = good[:32] + (int.from_bytes(good[32:], "little") + order).to_bytes(32, "little")
    stranger = Signer("other", b"\x09" * 32).verifier.public
    ask = """async ([key, message, signature]) => {
      const { ed25519InNumbers } = await import("/ledger.js");
      return ed25519InNumbers(new Uint8Array(key), new Uint8Array(message), new Uint8Array(signature));
    }"""

    def holds(key: bytes, signature: bytes) -> bool:
        return bool(page.evaluate(ask, [list(key), list(message), list(signature)]))

    public = SIGNER.verifier.public
    assert holds(public, good)
    for at in (0, 31, 32, 63):
        assert not holds(public, good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
    assert not holds(public, high)
    assert not holds(stranger, good)
    assert not holds(b"\xff" * 32, good)


def test_an_old_browser_proves_too(page: Page) -> None:
    page.evaluate("() => { crypto.subtle.importKey = () => Promise.reject(new Error('no such algorithm')); }")

    assert page.evaluate(ASK, [made(3), str(SIGNER.verifier)])["index"] == 3
    assert page.evaluate(ASK, [BENT["a stranger's signature"], str(SIGNER.verifier)]) == "NotProved"


def test_a_tap_on_the_button_says_the_entry_is_unchanged(page: Page) -> None:
    page.get_by_role("button", name="在我手机上核对").click()

    expect(page.locator("[data-verdict]")).to_have_text("这条记录没有被改动")
    expect(page.locator("[data-verdict] i")).to_have_count(1)
    expect(page.locator("[data-verdict]")).to_have_class("ok")


@pytest.mark.parametrize("kind", ["bent", "other"])
def test_a_proof_that_fails_or_is_of_another_entry_is_told(page: Page, site: str, kind: str) -> None:
    page.goto(f"{site}/page/{kind}")
    page.get_by_role("button").first.click()

    expect(page.locator("[data-verdict]")).to_have_text("核对没有通过，请告诉我们")


def test_a_proof_that_does_not_come_is_not_called_false(page: Page, site: str) -> None:
    page.goto(f"{site}/page/absent")
    page.get_by_role("button").first.click()

    expect(page.locator("[data-verdict]")).to_have_text("现在取不到凭证，请过一会儿再核对")


def test_a_file_is_checked_without_being_sent(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    files = {"name": "p.tlog-proof", "mimeType": "text/plain", "buffer": made(9).encode()}
    page.locator("[data-proof-file]").set_input_files(files=[files])  # type: ignore[list-item]

    expect(page.locator("[data-proof-result]")).to_have_text("这条记录没有被改动，是总账第 10 条")
    assert [line.partition("/ledger")[2] for line in asked] == ["/key"]

    files["buffer"] = b"\xff" + made(9).encode()
    page.locator("[data-proof-file]").set_input_files(files=[files])  # type: ignore[list-item]
    expect(page.locator("[data-proof-result]")).to_have_text("核对没有通过：文件改动过，或者不是凭证")
