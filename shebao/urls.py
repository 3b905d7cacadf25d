"""All doors."""

from django.urls import URLPattern, URLResolver, include, path

from shebao.api import hot
from shebao.api.app import api
from shebao.web.views import ledger, operations

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/me/contributions", hot.contributions),
    path("api/", api.urls),
    path("", include("shebao.web.urls_identity")),
    path("", include("shebao.web.urls_account")),
    path("desk/", include("shebao.desk.urls")),
    path("ledger/consistency/<int:old>/<int:new>", ledger.consistency),
    path("ledger/<path:path>", ledger.public),
    path("", include("shebao.web.urls_calculators")),
    path("", include("shebao.web.urls_catalogue")),
    path("", include("shebao.web.urls_contact")),
    path("", include("shebao.web.urls_employer")),
    path("cases/", include("shebao.web.urls_materials")),
    path("desk/cases/", include("shebao.desk.urls_materials")),
    path("", include("shebao.web.urls")),
    path("healthz", operations.healthz),
    path("healthz/services", operations.services_health),
    path("healthz/services/<str:code>", operations.service_health),
    path("readyz", operations.readyz),
    path("metrics", operations.metrics),
]

handler400 = "shebao.web.errors.bad_request"
handler404 = "shebao.web.errors.not_found"
handler500 = "shebao.web.errors.server_error"
