"""Addresses of the desk."""

from django.urls import path

from shebao.desk import views

app_name = "desk"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("security", views.security, name="security"),
    path("training", views.training, name="training"),
    path("cases/<str:case_no>/", views.case, name="case"),
    path("cases/<str:case_no>/reveal", views.reveal, name="reveal"),
    path("cases/<str:case_no>/close", views.close, name="close"),
]
