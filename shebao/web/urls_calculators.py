"""Addresses of the calculators, included at the root."""

from django.urls import URLPattern, path

from shebao.web.views import calculators

urlpatterns: list[URLPattern] = [
    path("calculators/", calculators.listing),
    path("calculators/<slug:code>/", calculators.calculator),
]
