"""All doors."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []

handler400 = "shebao.web.errors.bad_request"
handler404 = "shebao.web.errors.not_found"
handler500 = "shebao.web.errors.server_error"
