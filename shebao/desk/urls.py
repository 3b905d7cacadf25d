"""Addresses of the desk."""

from django.urls import path

from shebao.desk import views, views_messages, views_operations

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
    path("messages/", views_messages.overview, name="messages"),
    path("messages/new/<str:template>", views_messages.new, name="mailing_new"),
    path("messages/draft/<str:template>", views_messages.draft, name="mailing_draft"),
    path("messages/<int:number>/approve", views_messages.approve, name="mailing_approve"),
    path("messages/<int:number>/final", views_messages.finalise, name="mailing_final"),
    path("messages/announce", views_messages.announce, name="announce"),
    path("messages/letters/take", views_messages.letters_take, name="letters_take"),
    path("messages/letters.pdf", views_messages.letters_file, name="letters_file"),
    path("messages/letters/mailed", views_messages.letters_mailed, name="letters_mailed"),
    path("messages/call/take", views_messages.call_take, name="call_take"),
    path("messages/call", views_messages.call, name="call"),
    path("messages/call/<int:number>", views_messages.call_report, name="call_report"),
    path("cases/<str:case_no>/", views.case, name="case"),
    path("cases/<str:case_no>/reveal", views.reveal, name="reveal"),
    path("cases/<str:case_no>/close", views.close, name="close"),
]
