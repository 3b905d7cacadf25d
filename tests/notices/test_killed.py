"""A real worker process, killed with kill -9 again and again: every message goes once, or the record says it may not."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from django.conf import settings

from shebao.base import clock
from shebao.notices import contacts
from shebao.privacy import gate, vault
from tests import people
from tests.clauses.doors import rows, run
from tests.notices.conftest import World
from tests.notices.errands import post

ROOT = Path(__file__).resolve().parents[2]
MESSAGES, KILLS = 60, 8


def begin(shebao, *arguments: str) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.notices.runner", *arguments],
        cwd=ROOT,
        env=os.environ
        | {
            "SHEBAO_HOME": str(shebao.home),
            "SHEBAO_SECRET_FILE": str(shebao.home / "secret"),
            "SHEBAO_SMTP": settings.SMTP,
            "SHEBAO_SMS_GATEWAY": settings.SMS_GATEWAY,
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None and child.stdout.readline() == "begun\n"
    return child


def test_killed_eight_times_nothing_is_lost_and_no_mail_goes_twice_in_silence(shebao, world: World):
    me = people.citizen()
    data = ("person.email", "message.contact")
    with gate.open(me, "notice.contact", items=data, writes=data) as grant:
        vault.write(grant, "person.email", "chunmei@example.org")
        contacts.verify_contact(grant=grant, channel="email", address="chunmei@example.org", now=clock.now())
    numbers = [post() for _ in range(MESSAGES)]
    chance = random.Random(20261122)
    for _ in range(KILLS):
        with begin(shebao) as child:
            time.sleep(chance.uniform(0.05, 0.5))
            os.kill(child.pid, signal.SIGKILL)
        # Time goes by: holds and leases of the dead worker end.
        run("update notices_delivery set next_at = now() where state = 'queued'")
        run("update notices_delivery set lease_until = now() where state = 'sending'")
    with begin(shebao, "until-done") as child:
        child.wait(120)

    mailed = Counter(mail["Message-ID"] for mail in world.mail.mail)
    assert not [one for one, count in mailed.items() if count > 1], "a mail went twice"
    told = {
        number: rows(
            "select channel, state, key::text from notices_delivery where message_id = %s order by id", number
        )
        for number in numbers
    }
    for number, chain in told.items():
        _, state, key = chain[1]
        left = any(key in one for one in mailed)
        assert state in ("sent", "unknown"), (number, chain)
        assert left or state == "unknown", "said to be sent and was not"
        if state == "unknown":
            assert chain[2][:2] == ("sms", "sent"), "what must arrive went on to the next channel"
        else:
            assert len(chain) == 2
    assert sum(mailed.values()) >= MESSAGES - KILLS
    assert len({one["key"] for one in world.sms.taken}) == len(world.sms.taken)


def test_the_workers_command_delivers_and_ends_when_told(shebao, world: World):
    number = post()
    child = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import django; django.setup(); from shebao.cli.worker import command; command()",
        ],
        cwd=ROOT,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "shebao.settings",
            "SHEBAO_HOME": str(shebao.home),
            "SHEBAO_SECRET_FILE": str(shebao.home / "secret"),
            "SHEBAO_SMS_GATEWAY": settings.SMS_GATEWAY,
        },
    )
    end = time.monotonic() + 90
    while not world.sms.taken and time.monotonic() < end:
        time.sleep(0.2)
    child.send_signal(signal.SIGTERM)
    assert child.wait(30) == 0
    assert len(world.sms.taken) == 1
    assert rows("select channel, state from notices_delivery where message_id = %s order by id desc limit 1", number) == [
        ("sms", "sent")
    ]  # fmt: skip
