"""All doors."""


from django.urls import path

from shebao.api import hot

urlpatterns = [path("api/v1/me/contributions", hot.contributions)]

handler400 = "shebao.web.errors.bad_request"
handler404 = "shebao.web.errors.not_found"
handler500 = "shebao.web.errors.server_error"
