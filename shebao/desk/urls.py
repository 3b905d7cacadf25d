"""Addresses of the desk."""

from django.urls import path

from shebao.desk import views, views_operations, views_visits

app_name = "desk"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("security", views.security, name="security"),
    path("training", views.training, name="training"),
    path("operations/", views_operations.overview, name="operations"),
    path("operations/window", views_operations.window, name="window"),
    path("operations/window/<int:number>/end", views_operations.window_end, name="window_end"),
    path("operations/state", views_operations.state, name="service_state"),
    path("operations/outage/<int:number>", views_operations.cause, name="outage_cause"),
    path("visits/", views_visits.day, name="visits"),
    path("visits/book", views_visits.book, name="visit_book"),
    path("visits/<str:number>/<str:state>", views_visits.mark, name="visit_mark"),
    path("cases/<str:case_no>/", views.case, name="case"),
    path("cases/<str:case_no>/reveal", views.reveal, name="reveal"),
    path("cases/<str:case_no>/close", views.close, name="close"),
]
