"""Addresses of contact, included at the root."""

from django.urls import URLPattern, path

from shebao.web.views import contact

urlpatterns: list[URLPattern] = [
    path("contact/", contact.contact),
    path("contact/letter", contact.letter),
    path("contact/tickets.json", contact.data),
    path("contact/tickets/", contact.listing),
    path("contact/tickets/new", contact.kinds),
    path("contact/tickets/new/<slug:kind>", contact.new),
    path("contact/tickets/<str:no>/", contact.one),
    path("contact/tickets/<str:no>/say", contact.say),
    path("contact/tickets/<str:no>/reopen", contact.reopen),
    path("contact/tickets/<str:no>/rate", contact.rate),
]
