"""Addresses of acceptance, registration, log-in and account."""

from django.urls import path

from shebao.web.views import card, identity, registration, welcome

urlpatterns = [
    path("welcome", welcome.welcome, name="welcome"),
    path("welcome/<slug:part>", welcome.text, name="welcome_text"),
    path("register", registration.who, name="register"),
    path("register/phone", registration.phone, name="register_phone"),
    path("register/login", registration.login, name="register_login"),
    path("login", identity.login, name="login"),
    path("logout", identity.logout, name="logout"),
    path("desk/login", identity.desk_login, name="desk_login"),
    path("account/sessions/", identity.devices_page, name="sessions"),
    path("account/sessions/end-others", identity.end_other_devices, name="sessions_end_others"),
    path("account/sessions/<uuid:session_id>/end", identity.end_device, name="session_end"),
    path("account/password", identity.password, name="password"),
    path("account/freeze/", identity.freeze, name="freeze"),
    path("account/card/", card.page, name="card"),
    path("account/card/unlink", card.unlink, name="card_unlink"),
]
