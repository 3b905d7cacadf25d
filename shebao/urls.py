"""All doors."""

from django.urls import URLPattern, URLResolver, path

from shebao.api import hot
from shebao.api.app import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/me/contributions", hot.contributions),
    path("api/", api.urls),
]

handler400 = "shebao.web.errors.bad_request"
handler404 = "shebao.web.errors.not_found"
handler500 = "shebao.web.errors.server_error"
