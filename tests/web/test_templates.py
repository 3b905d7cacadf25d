"""What no template may do: styles and scripts in the page, foreign hosts, half-width signs, words to avoid."""

import re
import tomllib
from hashlib import sha256
from html import unescape
from pathlib import Path

import pytest

from tests.web.scenes import SCENES

WEB = Path(__file__).resolve().parents[2] / "shebao" / "web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
SOURCES = TEMPLATES + sorted(WEB.glob("*.py")) + sorted((WEB / "pages").glob("*.py"))
AVOID = """
温馨提示 尊敬的用户 敬请谅解 请知悉 相关部门 有关规定 原则上 视为同意 一键 智能 赋能 便捷高效 落实 予以 及时
系统繁忙 非法操作 未知错误 网络不给力 操作成功 点击这里 暂无数据 确定要 加载中 小主
"""
CHINESE = r"[\u4e00-\u9fff]"


def words(html: str) -> str:
    """The text people read, one run per element."""
    body = re.sub(r"(?s)<svg.*?</svg>|<script.*?</script>|<head>.*?</head>", " ", html)
    return unescape(re.sub(r"<[^>]+>", "\n", body))


def name(path: Path) -> str:
    return str(path.relative_to(WEB))


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_templates_carry_no_style_no_script_and_no_foreign_host(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(
        r"\sstyle\s*=|<style|\son(click|change|load|submit|input|error|focus|blur|key|mouse)[a-z]*\s*=|javascript:",
        text,
    )
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"""(?:href|src|action)\s*=\s*["'](?:https?:)?//""", text)
    assert not re.search(r"\stitle\s*=|user-scalable|autofocus|<img(?![^>]*\salt=)", text)


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_sources_avoid_the_words_of_the_style_guide(path: Path) -> None:
    text = path.read_text("utf-8")
    assert [word for word in AVOID.split() if word in text] == []


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("elder", [False, True], ids=["standard", "elder"])
def test_pages_read_well(scene: str, elder: bool) -> None:
    html = SCENES[scene].html(elder=elder)
    said = words(html)
    assert re.findall(CHINESE + r"[,:;!?()]|[,;!?()]" + CHINESE, said) == []
    assert "！" not in said and "……" not in said and "¥" not in said
    assert not re.search(r"\b(None|NaN|undefined|null)\b|1970年|\{[{%]", said)
    assert html.count("weui-btn_primary") - html.partition("<template")[2].count("已经自动退出") <= 1
    assert len(re.findall(r"<h1[ >]", re.sub(r"(?s)<template.*?</template>", "", html))) == 1


@pytest.mark.parametrize("scene", SCENES)
def test_sentences_are_short(scene: str) -> None:
    lengths = sorted(
        len(re.sub(r"\s", "", sentence))
        for line in words(SCENES[scene].html()).splitlines()
        for sentence in re.split(r"[。？；]", line)
        if re.search(CHINESE, sentence)
    )
    assert lengths[int(len(lengths) * 0.9) - 1] <= 25


@pytest.mark.parametrize("scene", SCENES)
def test_every_icon_is_drawn_and_every_label_has_its_field(scene: str) -> None:
    html = SCENES[scene].html()
    drawn = set(re.findall(r'<symbol id="(i-[a-z]+)"', html))
    assert set(re.findall(r'href="#(i-[a-z]+)"', html)) <= drawn
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    told = re.findall(r'(?:\sfor|aria-labelledby)="([^"]+)"', html)
    told += [word for group in re.findall(r'aria-describedby="([^"]+)"', html) for word in group.split()]
    assert set(told) <= set(ids)


@pytest.mark.parametrize("scene", SCENES)
def test_every_picture_has_a_finding_and_a_table_or_a_sentence(scene: str) -> None:
    html = SCENES[scene].html()
    for label, after in re.findall(r'(?s)role="img" aria-label="([^"]*)">.*?</svg>(.{0,2500})', html):
        assert len(label) > 6
        assert "<table" in after or "</p>" in after


@pytest.mark.parametrize("scene", SCENES)
def test_titles_and_addresses_carry_no_personal_data(scene: str) -> None:
    html = SCENES[scene].html()
    title = re.findall(r"<title>(.*?)</title>", html)[0]
    addresses = " ".join(re.findall(r'(?:href|action)="([^"]*)"', html))
    for personal in ("何春梅", "hechunmei", "0426", "19780501"):
        assert personal not in title
        assert personal not in addresses


def test_hidden_amounts_are_not_in_the_page_at_all() -> None:
    html = words(SCENES["home_hidden"].html()) + words(SCENES["contributions_hidden"].html())
    assert re.findall(r"\d[\d,]*\.\d\d", html) == []


def test_elder_pages_offer_the_phone_and_the_way_back() -> None:
    for scene in SCENES.values():
        html = scene.html(elder=True)
        assert 'href="tel:' in html
        assert "回到标准版" in html
        assert "<dialog" not in html


def test_a_failed_form_says_so_in_the_title_and_names_the_field() -> None:
    html = SCENES["register"].html()
    assert "<title>有错误：" in html
    assert 'href="#f-id_number"' in html
    assert 'aria-invalid="true"' in html
    assert 'value="000000 19780501 042"' in html


def test_vendored_files_are_the_recorded_ones() -> None:
    folder = WEB / "static" / "vendor"
    listed = tomllib.loads((folder / "vendor.toml").read_text("utf-8"))["file"]
    for entry in listed:
        assert sha256((folder / entry["path"]).read_bytes()).hexdigest() == entry["sha256"]
        assert (folder / entry["licence_file"]).exists()
    kept = {path.name for path in folder.iterdir()} - {"vendor.toml"}
    assert kept == {entry["path"] for entry in listed} | {entry["licence_file"] for entry in listed}
