"""Addresses of the account centre, family, other ways in, and leaving."""

from django.urls import path

from shebao.web.views import centre, guardians, identity, units, ways

urlpatterns = [
    path("account/profile/", centre.basics, name="profile"),
    path("account/profile/confirm", centre.prefer, name="prefer"),
    path("account/profile/code", centre.new_code, name="new_code"),
    path("account/confirm", centre.confirm, name="confirm"),
    path("account/contact/", centre.contact, name="contact_points"),
    path("account/contact/prove", centre.prove, name="contact_prove"),
    path("account/contact/<slug:kind>", centre.change, name="contact_change"),
    path("account/devices/", identity.devices_page, name="devices"),
    path("account/devices/remember", centre.remember, name="remember"),
    path("account/devices/<uuid:device_id>/forget", centre.forget, name="forget"),
    path("account/cancel/", centre.cancel, name="cancel"),
    path("account/unfreeze/", ways.thaw, name="thaw"),
    path("account/acting/", guardians.switch, name="acting"),
    path("account/guardians/", guardians.listing, name="guardians"),
    path("account/guardians/new", guardians.new_ward, name="ward_new"),
    path("account/guardians/<int:bond>/end", guardians.end_ward, name="ward_end"),
    path("account/guardians/adult", guardians.new_grown, name="grown_new"),
    path("account/mandates/new", guardians.new_mandate, name="mandate_new"),
    path("account/mandates/<int:mandate>/end", guardians.end_mandate, name="mandate_end"),
    path("account/units/", units.mine, name="units"),
    path("account/units/confirm", units.confirm, name="units_confirm"),
    path("account/units/dismiss", units.dismiss, name="units_dismiss"),
    path("receipts/", centre.receipts, name="receipts"),
    path("login/sms", ways.sms_login, name="login_sms"),
    path("login/sms/code", ways.sms_code, name="login_sms_code"),
    path("login/device", ways.one_tap, name="login_device"),
    path("login/reset", ways.forgotten, name="login_reset"),
    path("login/reset/code", ways.reset, name="login_reset_code"),
    path("register/claim", ways.claim, name="register_claim"),
    path("register/agent", ways.agent, name="register_agent"),
    path("register/guardian", ways.wait, name="register_guardian"),
    path("privacy/children/", ways.children, name="children"),
]
