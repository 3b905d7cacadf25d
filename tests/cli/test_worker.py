"""The worker goes on whatever a job does."""

import logging
import threading

import pytest
from django.db import OperationalError

from shebao.cli.worker import Job, work


def test_a_job_with_more_to_do_is_asked_again_at_once() -> None:
    stopping = threading.Event()
    left = [3]

    def run() -> int:
        left[0] -= 1
        if not left[0]:
            stopping.set()
        return left[0]

    work((Job("busy", 3600, run),), stopping)

    assert left == [0]


def test_a_failing_job_is_named_without_its_message_and_the_others_go_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stopping = threading.Event()

    def lost() -> int:
        raise OperationalError("canary-220102")

    def broken() -> int:
        raise ValueError("canary-220102")

    def last() -> int:
        stopping.set()
        return 0

    with caplog.at_level(logging.WARNING):
        work((Job("lost", 1, lost), Job("broken", 1, broken), Job("last", 1, last)), stopping)

    assert "job broken failed: ValueError" in caplog.text
    assert "lost its database connection" in caplog.text
    assert "canary" not in caplog.text
