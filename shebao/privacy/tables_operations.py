"""Tables of running the services: states, maintenance windows, probes, outages. No personal data in any of them."""

from django.db import models
from django.db.models.functions import Now


class ServiceState(models.Model):
    """服务状态: a service of the catalogue that was opened or closed by an operator; the newest word stands."""

    code = models.TextField(primary_key=True)
    state = models.TextField()
    since = models.DateTimeField(db_default=Now())
    reason = models.TextField()
    by_actor_id = models.BigIntegerField(null=True)


class Window(models.Model):
    """维护窗口: announced before it begins; an empty service means every service."""

    id = models.BigAutoField(primary_key=True)
    service = models.TextField(default="", db_default="")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.TextField()
    announced_at = models.DateTimeField(db_default=Now())
    by_actor_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gte=models.F("starts_at")), name="privacy_window_order"
            ),
        ]


class Probe(models.Model):
    """健康探测: how a service answered last, and since when it fails."""

    service = models.TextField(primary_key=True)
    since = models.DateTimeField(db_default=Now())
    answered_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    detail = models.TextField(default="", db_default="")


class Outage(models.Model):
    """服务中断: from the first failure to the recovery; maintenance only with the window that announced it."""

    id = models.BigAutoField(primary_key=True)
    service = models.TextField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    cause = models.TextField(default="unknown", db_default="unknown")
    window = models.ForeignKey(Window, models.PROTECT, null=True)
    evidence = models.TextField(default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["service"], condition=models.Q(ended_at=None), name="privacy_outage_one_open"
            ),
            models.CheckConstraint(
                condition=~models.Q(cause="maintenance") | models.Q(window__isnull=False),
                name="privacy_outage_announced",
            ),
        ]
