"""Addresses of the desk."""

from django.urls import path

from shebao.desk import (
    frame,
    urls_messages,
    views,
    views_case,
    views_operations,
    views_queue,
    views_urgent,
    views_visits,
    views_work,
)

app_name = "desk"
urlpatterns = [
    *urls_messages.urlpatterns,
    path("", views_queue.desk, name="desk"),
    path("find/", views_queue.find, name="find"),
    path("work/", views_work.work, name="work"),
    path("urgent/", views_urgent.look, name="urgent"),
    path("urgent/<str:case_no>/sign", views_urgent.countersign, name="countersign"),
    path("keys", frame.keys, name="keys"),
    path("lock", frame.lock, name="lock"),
    path("security", views.security, name="security"),
    path("training", views.training, name="training"),
    path("cases/<str:case_no>/", views_case.case, name="case"),
    path("cases/<str:case_no>/act", views_case.act, name="act"),
    path("cases/<str:case_no>/take", views_queue.take, name="take"),
    path("cases/<str:case_no>/release", views_queue.release, name="release"),
    path("cases/<str:case_no>/hand-over", views_queue.hand_over, name="hand_over"),
    path("operations/", views_operations.overview, name="operations"),
    path("operations/window", views_operations.window, name="window"),
    path("operations/window/<int:number>/end", views_operations.window_end, name="window_end"),
    path("operations/state", views_operations.state, name="service_state"),
    path("operations/outage/<int:number>", views_operations.cause, name="outage_cause"),
    path("visits/", views_visits.day, name="visits"),
    path("visits/book", views_visits.book, name="visit_book"),
    path("visits/<str:number>/<str:state>", views_visits.mark, name="visit_mark"),
    path("cases/<str:case_no>/reveal", views.reveal, name="reveal"),
    path("cases/<str:case_no>/close", views.close, name="close"),
]
