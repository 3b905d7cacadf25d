"""Addresses of the medical look-ups, included at the root."""

from django.urls import URLPattern, path

from shebao.web.views import catalogue

urlpatterns: list[URLPattern] = [
    path("catalogue/institutions/", catalogue.institutions),
    path("catalogue/drugs/", catalogue.drugs),
]
