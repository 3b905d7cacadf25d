"""Counters for /metrics, labelled by route template and status only."""

from prometheus_client import Counter, Histogram

REQUESTS = Counter("shebao_requests_total", "Requests by route template", ["route", "status"])
SECONDS = Histogram(
    "shebao_request_seconds", "Time to answer", ["route"], buckets=(0.01, 0.03, 0.1, 0.15, 0.3, 1, 3)
)
REFUSALS = Counter("shebao_refusals_total", "Refusals by code", ["code"])
