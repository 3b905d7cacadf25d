"""服务中断: opened when a probe has failed for a minute, closed at recovery, each with a cause that must be shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connections, transaction

from shebao.base.refusal import Refusal
from shebao.privacy import gate
from shebao.privacy.models import Outage, Probe

FAILING = timedelta(minutes=1)
PERIOD = timedelta(days=90)
CAUSES = {
    "unknown": "原因在查",
    "maintenance": "已公布的维护",
    "equipment": "设备或供电故障",
    "network": "网络运营方故障或变更",
    "partner": "合作方系统故障",
    "overload": "访问过多",
    "malware": "病毒或恶意程序",
    "attack": "黑客攻击",
    "upgrade": "升级出错，已退回",
    "government": "政府部门要求",
    "force_majeure": "不可抗力",
}


@dataclass(frozen=True)
class Record:
    """How a service did in the last 90 days, or since it is probed."""

    service: str
    since: datetime
    failing_since: datetime | None
    outages: tuple[Outage, ...]
    seconds_out: int
    seconds: int

    @property
    def share(self) -> float:
        """Part of the time in which the service answered, 0 to 1."""
        return 1.0 - self.seconds_out / self.seconds if self.seconds else 1.0


def observe(service: str, problem: str, *, now: datetime, alias: str = "worker") -> bool:
    """Keeps one answer of a probe; true when an outage began or ended by it."""
    with transaction.atomic(using=alias):
        row, _ = (
            Probe.objects.using(alias)
            .select_for_update()
            .get_or_create(service=service, defaults={"since": now})
        )
        row.answered_at, row.detail = now, problem[:200]
        row.failing_since = (row.failing_since or now) if problem else None
        row.save(using=alias)
        running = Outage.objects.using(alias).filter(service=service, ended_at=None)
        if not problem:
            return running.update(ended_at=now) > 0
        if row.failing_since is None or now - row.failing_since < FAILING or running.exists():
            return False
        Outage.objects.using(alias).create(
            service=service, started_at=row.failing_since, evidence=problem[:200]
        )
        return True


def stop_observing(service: str, *, now: datetime, alias: str = "worker") -> None:
    """A service in its window or closed is not out of order: a failure begins to count when it is back."""
    Probe.objects.using(alias).filter(service=service).update(failing_since=None, answered_at=now)


def records(services: Iterable[str], *, now: datetime) -> dict[str, Record]:
    """The record of each service that has been probed."""
    wanted = set(services)
    start = now - PERIOD
    outages: dict[str, list[Outage]] = {}
    for row in Outage.objects.select_related("window").order_by("-started_at"):
        if row.ended_at is None or row.ended_at > start:
            outages.setdefault(row.service, []).append(row)
    found = {}
    for probe in Probe.objects.filter(service__in=wanted):
        since = max(start, probe.since)
        own = outages.get(probe.service, [])
        out = sum(((one.ended_at or now) - max(since, one.started_at) for one in own), timedelta())
        found[probe.service] = Record(
            probe.service,
            since,
            probe.failing_since,
            tuple(own),
            max(0, int(out.total_seconds())),
            int((now - since).total_seconds()),
        )
    return found


def classify(*, outage: int, cause: str, evidence: str, by: gate.Actor) -> None:
    """Gives an outage its cause, with evidence.

    Refuses an unknown cause, missing evidence, maintenance without a window announced before it, other roles.
    """
    if cause not in CAUSES:
        raise Refusal("invalid_input", "请选一种原因。", field="cause")
    if len(evidence.strip()) < 4:
        raise Refusal("precondition_unmet", "请写明依据，比如工单号或通知。", field="evidence")
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select privacy.class_outage(%s, %s, %s, %s, %s)",
            [by.token, outage, cause, evidence.strip(), gate.request_id.get()],
        )
        (outcome,) = cursor.fetchone()
    if outcome == "precondition_unmet":
        raise Refusal(
            outcome, "没有提前公布的维护窗口盖住这次中断，不能算维护。", "选别的原因", field="cause"
        )
    if outcome != "allowed":
        raise Refusal(outcome)
