"""Addresses of the messages at the desk; they stand in the namespace of the desk."""

from django.urls import path

from shebao.desk import views_messages

urlpatterns = [
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
]
