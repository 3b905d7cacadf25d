"""Templates are judged when they are loaded: class, channels, parameters, and what a text message may say."""

from dataclasses import replace

import pytest

from shebao.notices import wording

GOOD = wording.newest("case.decided")


def test_every_template_of_the_house_is_fit():
    assert len(wording.templates()) >= 24
    for template in wording.templates().values():
        assert template.channels
        if template.category in wording.ALWAYS:
            assert not template.mutable


@pytest.mark.clause("GX-1.3.2-01")
@pytest.mark.profile("guangxi")
def test_an_important_notice_is_in_the_inbox_of_everyone_and_may_hold_no_promotion(shebao):
    from shebao.base import clock
    from shebao.base.refusal import Refusal
    from shebao.notices import preferences
    from shebao.notices.channels import inbox
    from tests import people
    from tests.notices.test_mailings import INCIDENT, account_holders, have, send

    me = people.citizen()
    with pytest.raises(Refusal):
        preferences.prefer({"important": ()}, now=clock.now(), by=me)
    send("incident", INCIDENT)
    assert have("incident") == account_holders()
    (message,) = inbox.listing(me).messages
    assert message.read_at is None
    inbox.one(me, message.number)
    assert inbox.one(me, message.number).read_at is not None

    for text in ("全场八折优惠", "合作伙伴的推广", "限时抢购"):
        with pytest.raises(wording.Unfit, match="推广"):
            wording.judge(replace(GOOD, body=GOOD.body + text))


@pytest.mark.clause("GX-1.1-22")
@pytest.mark.parametrize("category", ["feature", "promotion", "partner_offer", "policy"])
def test_a_number_serves_log_in_service_and_incidents_only(category):
    for channel in ("sms", "phone"):
        with pytest.raises(wording.Unfit, match="手机号"):
            wording.judge(
                replace(GOOD, category=category, mutable=category != "policy", channels=("push", channel))
            )
    for allowed in ("security", "important", "progress"):
        wording.judge(replace(GOOD, category=allowed))


@pytest.mark.parametrize(
    "change",
    [
        {"category": "chat"},
        {"channels": ("pigeon",)},
        {"channels": ("push", "push")},
        {"channels": ("inbox",)},
        {"params": ("item",)},
        {"mutable": True},
        {"short": "您的{item}有结果了。"},
        {"short": ""},
        {"short": "长" * 61},
        {"title": "{item!r}"},
        {"title": "{item.__class__}"},
        {"title": "{}"},
    ],
)
def test_what_breaks_a_rule_is_refused(change):
    with pytest.raises(wording.Unfit):
        wording.judge(replace(GOOD, **change))


def test_one_unfit_file_refuses_them_all(tmp_path):
    (tmp_path / "x.v1.toml").write_text('code = "y"\nversion = 1\nclass = "progress"\ntitle = "t"\nbody = "b"\n'
                                        'short = "s"\nparams = []\nchannels = ["push"]\nmutable = true\n')  # fmt: skip
    with pytest.raises(wording.Unfit, match="文件名"):
        wording.templates(tmp_path)


def test_sentences_are_plain():
    for template in wording.templates().values():
        text = template.title + template.body + template.short
        assert not [mark for mark in ("!", "！", ",", ";", "(", ")", "请知悉", "尊敬") if mark in text], (
            template.code
        )
