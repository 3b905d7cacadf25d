"""Offices (经办机构), their windows, the one pool of places (号源), and who holds one."""

from django.db import models
from django.db.models import F, Q

from shebao.appointments import hours
from shebao.privacy.models import Subject


class Office(models.Model):
    """经办机构."""

    id = models.AutoField(primary_key=True)
    name = models.TextField()
    region = models.CharField(max_length=6)
    district = models.TextField()
    address = models.TextField()
    opening = models.JSONField(default=list)
    services = models.TextField()
    longitude_e6 = models.IntegerField()
    latitude_e6 = models.IntegerField()

    @property
    def hours(self) -> str:
        """办公时间 in words."""
        return hours.words(self.opening)


class Closure(models.Model):
    """停办日: a day on which an office does not open."""

    id = models.BigAutoField(primary_key=True)
    office = models.ForeignKey(Office, models.CASCADE)
    day = models.DateField()
    reason = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "day"], name="appointments_closure_once")]


class Window(models.Model):
    """窗口: how many persons of one service group an office takes at a time, and for how long."""

    id = models.BigAutoField(primary_key=True)
    office = models.ForeignKey(Office, models.CASCADE)
    service = models.TextField()
    capacity = models.SmallIntegerField()
    minutes = models.SmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "service"], name="appointments_window_one")]


class Slot(models.Model):
    """号源: places of one service group at one time; `taken` counts bookings and places on offer."""

    id = models.BigAutoField(primary_key=True)
    office = models.ForeignKey(Office, models.CASCADE)
    service = models.TextField()
    starts_at = models.DateTimeField()
    minutes = models.SmallIntegerField()
    capacity = models.SmallIntegerField()
    taken = models.SmallIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office", "service", "starts_at"], name="appointments_slot_one_pool"
            ),
            models.CheckConstraint(
                condition=Q(taken__gte=0) & Q(taken__lte=F("capacity")), name="appointments_slot_not_over"
            ),
        ]
        indexes = [models.Index(fields=["starts_at"], name="appointments_slot_by_time")]


class Booking(models.Model):
    """预约: one person's place. States: booked, moved, cancelled, attended, missed."""

    id = models.BigAutoField(primary_key=True)
    subject = models.ForeignKey(Subject, models.PROTECT)
    slot = models.ForeignKey(Slot, models.PROTECT)
    number = models.TextField(unique=True)
    item = models.TextField(default="", db_default="")
    case_no = models.TextField(default="", db_default="")
    channel = models.TextField()
    state = models.TextField()
    moved_from = models.BigIntegerField(null=True)
    booked_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)


class Waiting(models.Model):
    """候补: a wish for a place that was full. States: waiting, offered, taken, lapsed, left."""

    id = models.BigAutoField(primary_key=True)
    subject = models.ForeignKey(Subject, models.PROTECT)
    office = models.ForeignKey(Office, models.PROTECT)
    service = models.TextField()
    day = models.DateField(null=True)
    item = models.TextField(default="", db_default="")
    case_no = models.TextField(default="", db_default="")
    state = models.TextField()
    asked_at = models.DateTimeField()
    slot = models.ForeignKey(Slot, models.PROTECT, null=True)
    offered_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["office", "service", "id"],
                condition=Q(state="waiting"),
                name="appointments_waiting_queue",
            )
        ]
