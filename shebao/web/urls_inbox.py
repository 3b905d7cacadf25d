"""Addresses of the messages and public notices."""

from django.urls import URLPattern, path

from shebao.web.views import inbox, updates

urlpatterns: list[URLPattern] = [
    path("inbox/", inbox.listing),
    path("inbox/read-all", inbox.read_all),
    path("inbox/<int:identity>/", inbox.one),
    path("inbox/settings/", inbox.settings),
    path("inbox/settings/email", inbox.email),
    path("inbox/settings/email/remove", inbox.email_remove),
    path("inbox/settings/push", inbox.push),
    path("inbox/settings/push/off", inbox.push_off),
    path("inbox/confirm/<str:token>", inbox.confirm),
    path("unsubscribe/<str:token>", inbox.unsubscribe),
    path("privacy/policy/change", updates.change),
    path("announcements/", inbox.notices),
    path("announcements/<int:identity>/", inbox.notice),
]
