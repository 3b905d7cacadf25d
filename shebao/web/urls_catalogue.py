"""Addresses of the medical look-ups, included at the root."""

from django.urls import URLPattern, path

from shebao.web.views import catalogue, institutions

urlpatterns: list[URLPattern] = [
    path("catalogue/institutions/", institutions.listing),
    path("catalogue/institutions/nearby", institutions.nearby),
    path("catalogue/institutions/<int:institution>/", institutions.one),
    path("catalogue/drugs/", catalogue.drugs),
]
