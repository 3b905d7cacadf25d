"""Addresses of materials at the desk, included at /desk/cases/."""

from django.urls import URLPattern, path

from shebao.desk import views_materials

urlpatterns: list[URLPattern] = [
    path("<str:no>/materials/<int:page>/file", views_materials.file),
    path("<str:no>/materials/<int:page>/preview.png", views_materials.preview),
]
