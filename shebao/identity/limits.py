"""What the profile says about log-in, sessions and ages; the numbers are data, not code."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings


@dataclass(frozen=True)
class Limits:
    """Failures until the lock, minutes of lock, idle and longest life of a session, age of a guardian's consent."""

    attempts: int
    lock: timedelta
    idle_minutes: int
    citizen_minutes: int
    staff_minutes: int
    guardian_below: int
    methods: tuple[str, ...]
    staff_methods: tuple[str, ...]


def current() -> Limits:
    """The limits of this deployment."""
    login: dict[str, Any] = settings.DEPLOYMENT.get("login", {})
    return Limits(
        attempts=int(login.get("attempts", 5)),
        lock=timedelta(minutes=int(login.get("lock_minutes", 15))),
        idle_minutes=int(login.get("session_minutes", 30)),
        citizen_minutes=60 * int(login.get("absolute_hours", 12)),
        staff_minutes=60 * int(login.get("staff_absolute_hours", 8)),
        guardian_below=int(settings.DEPLOYMENT.get("ages", {}).get("guardian_below", 14)),
        methods=tuple(login.get("methods", ("password",))),
        staff_methods=tuple(login.get("staff_methods", ("password", "totp"))),
    )


def service_line() -> str:
    """The service line (服务热线) of this deployment."""
    return str(settings.DEPLOYMENT["contact"]["line"])
