"""/api/v1: the OpenAPI application."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.renderers import JSONRenderer

from shebao import __version__
from shebao.api import (
    account,
    afterwards,
    calculators,
    cases,
    certificates,
    enquiry,
    identity,
    inbox,
    materials,
    operations,
    privacy,
    public,
    search,
    signals,
    visits,
)
from shebao.api.doors import Bearer, Cookie
from shebao.api.schemas import Problem
from shebao.base.refusal import Refusal
from shebao.identity.asking import came_unasked, first_texts

RETRY_SECONDS = {"rate_limited": 60, "unavailable": 30}


class Plain(JSONRenderer):
    """JSON in which Chinese stays readable."""

    json_dumps_params = {"ensure_ascii": False}


class DescribedApi(NinjaAPI):
    """The API whose description says how it refuses: every refusal is a problem document."""

    def get_openapi_schema(self, **options: Any) -> Any:
        schema = super().get_openapi_schema(**options)
        schema["components"].setdefault("schemas", {})["Problem"] = Problem.json_schema()
        refused = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for item in schema["paths"].values():
            for operation in item.values():
                for status in [code for code in operation["responses"] if int(code) >= 400]:
                    del operation["responses"][status]
                operation["responses"]["default"] = {
                    "description": "没有办成：原因和下一步",
                    "content": refused,
                }
        return schema


api = DescribedApi(
    renderer=Plain(),
    title="社保平台接口",
    version="1",
    description=f"查询、证明、核验和谁看过我的信息。平台版本 {__version__}。金额单位为分，月份写作 YYYYMM。",
    docs_url="/docs",
    openapi_url="/openapi.json",
    auth=[Bearer(), Cookie()],
    urls_namespace="api",
)
api.add_router("/v1/me", enquiry.router)
api.add_router("/v1", identity.router)
api.add_router("/v1/me", account.router)
api.add_router("/v1/me", afterwards.router)
api.add_router("/v1", certificates.router)
api.add_router("/v1", cases.router)
api.add_router("/v1", privacy.router)
api.add_router("/v1", public.router)
api.add_router("/v1", signals.router)
api.add_router("/v1", search.router)
api.add_router("/v1", calculators.router)
api.add_router("/v1", inbox.router)
api.add_router("/v1", visits.router)
api.add_router("/v1", materials.router)
api.add_router("/v1", operations.router)


def _problem(error: Refusal) -> HttpResponse:
    response = JsonResponse(
        error.as_problem(),
        status=error.status,
        content_type="application/problem+json; charset=utf-8",
        json_dumps_params={"ensure_ascii": False},
    )
    if error.code in RETRY_SECONDS:
        response["Retry-After"] = str(RETRY_SECONDS[error.code])
    return response


@api.exception_handler(Refusal)
def refused(request: HttpRequest, error: Refusal) -> HttpResponse:
    """An expected no."""
    return _problem(error)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Names the field that is wrong, never its value."""
    place = [str(part) for part in (error.errors[0].get("loc") or ())] if error.errors else []
    extra = any(e.get("type") == "extra_forbidden" for e in error.errors)
    field = place[-1] if place else ""
    if extra:
        return _problem(Refusal("field_not_declared", field=field))
    return _problem(
        Refusal("invalid_input", f"{field} 填得不对，请按接口说明检查。" if field else "", field=field)
    )


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """No session; a browser that has accepted nothing is shown the texts first."""
    return _problem(first_texts() if came_unasked(request) else Refusal("login_required"))


@api.exception_handler(HttpError)
def other(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Body that is not JSON, and the like."""
    return _problem(Refusal("invalid_input", "收到的内容读不懂，请按接口说明检查。"))
