"""Readings (读数): turns what a device sends into the one form that may stay. Nothing here reads or writes a table."""

import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from shebao.base.refusal import Refusal
from shebao.privacy import keys
from shebao.privacy.declared import Signal

IDENTIFIER = re.compile(r"[A-Za-z0-9:_-]{4,64}")
MODEL = re.compile(r"(?!.*\d{5})[A-Za-z][A-Za-z0-9 ._+()-]{0,29}")
SCREEN = re.compile(r"[0-9]{3,4}x[0-9]{3,4}")
VERSION = re.compile(r"([0-9]{1,3})(\.[A-Za-z0-9._-]{0,20})?")
CELL = re.compile(r"[0-9A-Za-z:-]{4,40}")
SYSTEMS = frozenset({"Android", "iOS", "HarmonyOS", "Windows", "macOS", "Linux"})
OTHER = "其他"
LARGEST = 4096
MOST = 500


@dataclass(frozen=True)
class Place:
    """A position used for one answer, in millionths of a degree, about one kilometre exact."""

    longitude_e6: int
    latitude_e6: int


@dataclass(frozen=True, repr=False)
class Reading:
    """What a reading leaves: rows that may be stored, and what this one answer may use."""

    rows: Mapping[str, str] = field(default_factory=dict)
    verdict: str = ""
    dropped: int = 0
    hint: str = ""
    place: Place | None = None
    region: str = ""
    number: str = ""
    cache_key: bytes = b""


def digest(code: str, value: str) -> str:
    """Keyed digest of an identifier, bound to this installation, its profile and the kind of signal."""
    key = keys.installation_key(settings.SECRET_FILE, f"signal|{settings.PROFILE}|{code}")
    return hmac.digest(key, value.strip().upper().encode(), "sha256").hex()


def read(signal: Signal, value: object, subject: int) -> Reading:
    """The reading in its declared form; refuses another shape, never repeating the value."""
    return KINDS[signal.kind](signal, value, subject)


def _identifier(signal: Signal, value: object, subject: int) -> Reading:
    if not isinstance(value, str) or not IDENTIFIER.fullmatch(value):
        raise _odd(signal)
    mark = digest(signal.code, value)
    if signal.form == "key":
        key = keys.installation_key(settings.SECRET_FILE, f"device cache|{settings.PROFILE}")
        return Reading(cache_key=hmac.digest(key, f"{subject}|{mark}".encode(), "sha256"))
    return Reading({signal.code: mark})


def _fingerprint(signal: Signal, value: object, subject: int) -> Reading:
    parts = _table(signal, value)
    if parts.keys() - set(signal.values):
        raise Refusal("field_not_declared", field=signal.code)
    text = json.dumps(parts, sort_keys=True)
    if len(text) > LARGEST:
        raise _odd(signal)
    return Reading({signal.code: digest(signal.code, text)})


def _applications(signal: Signal, value: object, subject: int) -> Reading:
    names = _list(signal, value, str)
    known = settings.DEPLOYMENT["device"]
    if set(names) & set(known["emulators"]):
        verdict = "emulator"
    elif all(name.startswith(tuple(known["allowed"])) for name in names):
        verdict = "allowed"
    else:
        verdict = "unlisted"
    return Reading({signal.code: verdict}, verdict)


def _motion(signal: Signal, value: object, subject: int) -> Reading:
    samples = _list(signal, value, float | int)
    verdict = "handheld" if len(set(samples)) > 1 else "emulator"
    return Reading({signal.code: verdict}, verdict)


def _operator(signal: Signal, value: object, subject: int) -> Reading:
    return Reading({signal.code: value if isinstance(value, str) and value in signal.values else OTHER})


def _features(signal: Signal, value: object, subject: int) -> Reading:
    sent = _table(signal, value)
    found = {name: FEATURES[name](sent[name]) for name in signal.values if name in sent}
    rows = {f"{signal.code}.{name}": kept for name, kept in found.items() if kept}
    oldest = settings.DEPLOYMENT["device"]["oldest"].get(found.get("os", ""))
    major = found.get("os_version", "")
    old = bool(oldest and major and int(major) < oldest)
    hint = "您的系统有些旧了，升级以后更安全。" if old else ""
    return Reading(rows, dropped=len(sent) - len(rows), hint=hint)


def _position(signal: Signal, value: object, subject: int) -> Reading:
    parts = _table(signal, value)
    if parts.keys() != {"longitude", "latitude"}:
        raise Refusal("field_not_declared", field=signal.code)
    east, north = parts["longitude"], parts["latitude"]
    if not (_within(east, 180) and _within(north, 90)):
        raise _odd(signal)
    rounded = round(float(east), 2), round(float(north), 2)
    place = Place(round(rounded[0] * 1_000_000), round(rounded[1] * 1_000_000))
    return Reading({signal.code: f"{rounded[0]:.2f},{rounded[1]:.2f}"}, place=place)


def _cells(signal: Signal, value: object, subject: int) -> Reading:
    areas = settings.DEPLOYMENT["device"].get("cells", {})
    names = _list(signal, value, str)
    if not all(CELL.fullmatch(name) for name in names):
        raise _odd(signal)
    regions = [areas[part] for name in names for part in re.split("[:-]", name) if part in areas]
    return Reading({signal.code: regions[0]}, region=regions[0]) if regions else Reading()


def _number(signal: Signal, value: object, subject: int) -> Reading:
    parts = _table(signal, value)
    if parts.keys() != {"number", "confirmed"}:
        raise Refusal("field_not_declared", field=signal.code)
    if parts["confirmed"] is not True:
        return Reading(verdict="declined")
    if not re.fullmatch(r"1[3-9][0-9]{9}", str(parts["number"])):
        raise _odd(signal)
    return Reading(number=str(parts["number"]))


def _elsewhere(signal: Signal, value: object, subject: int) -> Reading:
    """Events and installations have doors of their own; a call state has none."""
    raise Refusal("purpose_not_allowed", field=signal.code)


def _model(value: object) -> str:
    return value.strip() if isinstance(value, str) and MODEL.fullmatch(value.strip()) else ""


def _system(value: object) -> str:
    return value if isinstance(value, str) and value in SYSTEMS else ""


def _major(value: object) -> str:
    found = VERSION.fullmatch(value.strip()) if isinstance(value, str) else None
    return found[1] if found else ""


def _screen(value: object) -> str:
    return value if isinstance(value, str) and SCREEN.fullmatch(value) else ""


def _touch(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else ""


def _table(signal: Signal, value: object) -> dict[str, Any]:
    if not isinstance(value, dict) or len(value) > MOST:
        raise _odd(signal)
    return value


def _list(signal: Signal, value: object, of: Any) -> list[Any]:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST:
        raise _odd(signal)
    if not all(isinstance(one, of) for one in value):
        raise _odd(signal)
    return value


def _within(value: object, limit: int) -> bool:
    return isinstance(value, float | int) and not isinstance(value, bool) and -limit <= value <= limit


def _odd(signal: Signal) -> Refusal:
    return Refusal("invalid_input", f"「{signal.name}」的格式不对，没有保存。", field=signal.code)


FEATURES: dict[str, Callable[[object], str]] = {
    "model": _model,
    "os": _system,
    "os_version": _major,
    "screen": _screen,
    "touch": _touch,
}
KINDS: dict[str, Callable[[Signal, object, int], Reading]] = {
    "identifier": _identifier,
    "fingerprint": _fingerprint,
    "applications": _applications,
    "motion": _motion,
    "operator": _operator,
    "features": _features,
    "position": _position,
    "cells": _cells,
    "number": _number,
    "event": _elsewhere,
    "installation": _elsewhere,
    "call": _elsewhere,
}
