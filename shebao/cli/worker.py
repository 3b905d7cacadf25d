"""`shebao worker`: the periodic jobs, one after the other in one process."""

import logging
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

from django.db import InterfaceError, OperationalError, connections

from shebao.base import clock
from shebao.cases import scanning, tickets_clock
from shebao.cli import health
from shebao.identity import guardians, wards
from shebao.items import clocks, contesting, covering, exchanging, paying, pooling, visits
from shebao.notices import errands
from shebao.privacy import expiry, ledger

log = logging.getLogger("shebao.worker")


@dataclass
class Job:
    """A job and its period. It returns how much it did; a job that did something is asked again at once."""

    name: str
    every_seconds: float
    run: Callable[[], int]
    due_at: float = field(default=0.0)


# The checkpoint is published at least every second while there is traffic.
# Positions end after 24 hours, so the retention run asks several times an hour.
JOBS = (
    Job("sequencer", 0.5, ledger.sequence_once),
    Job("retention", 600.0, expiry.run),
    Job("waiting minors and codes", 600.0, lambda: wards.forget(now=clock.now())),
    Job("hand-over on birthdays", 600.0, lambda: guardians.hand_over(now=clock.now())),
    Job("health", 15.0, health.watch),
    Job("tickets", 600.0, tickets_clock.run),
    Job("clocks", 600.0, lambda: clocks.run(now=clock.now())),
    Job("transfers", 30.0, lambda: exchanging.run(now=clock.now())),
    Job("invitations", 600.0, lambda: pooling.expire(now=clock.now())),
    Job("payments", 30.0, lambda: paying.run(now=clock.now())),
    Job("wrong deaths", 30.0, lambda: contesting.run(now=clock.now())),
    Job("medical cover of the jobless", 3600.0, lambda: covering.run(now=clock.now())),
    Job("offers of places", 30.0, visits.offer_round),
    Job("visits of the day", 600.0, visits.day_round),
)
# What waits for others' servers has a thread of its own.
ERRANDS = (
    Job("deliveries", 1.0, errands.deliver),
    Job("mailings", 2.0, errands.mail),
    Job("receipts", 30.0, errands.receipts),
    Job("mail to staff", 30.0, errands.remind),
    Job("old messages", 3600.0, errands.forget),
    Job("virus check", 60.0, scanning.run),
)
LAST_SEND_SECONDS = 9.0


def command() -> None:
    """运行后台任务，直到收到停止信号；正在做的一步会做完。"""
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    sending = threading.Thread(target=work, args=(ERRANDS, stopping), name="deliveries", daemon=True)
    sending.start()
    work(JOBS, stopping)
    sending.join(LAST_SEND_SECONDS)


def work(jobs: tuple[Job, ...], stopping: threading.Event) -> None:
    """Runs due jobs until told to stop. A failing job is logged by its kind only and tried again."""
    while not stopping.is_set():
        for job in jobs:
            if time.monotonic() >= job.due_at:
                done = _attempt(job)
                job.due_at = time.monotonic() + (0.0 if done else job.every_seconds)
        pause = min(job.due_at for job in jobs) - time.monotonic()
        stopping.wait(max(0.02, pause))


def _attempt(job: Job) -> int:
    try:
        return job.run()
    except (OperationalError, InterfaceError):
        connections.close_all()
        log.warning("job %s lost its database connection", job.name)
    except Exception as problem:
        log.error("job %s failed: %s", job.name, type(problem).__name__)
    return 0
