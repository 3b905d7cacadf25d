"""Addresses of materials, included at /cases/."""

from django.urls import URLPattern, path

from shebao.web.views import materials

urlpatterns: list[URLPattern] = [
    path("<str:no>/materials/<slug:code>/", materials.shelf),
    path("<str:no>/materials/<slug:code>/camera", materials.camera),
    path("<str:no>/materials/<slug:code>/<int:page>/retake", materials.retake),
    path("<str:no>/materials/<slug:code>/<int:page>/<str:act>", materials.act),
    path("<str:no>/pages/<int:page>/", materials.one),
    path("<str:no>/pages/<int:page>/file", materials.file),
    path("<str:no>/pages/<int:page>/preview.png", materials.preview),
]
