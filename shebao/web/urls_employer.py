"""Addresses of the employer's agent (单位经办)."""

from django.urls import URLPattern, path

from shebao.web.pages.employer import LISTS
from shebao.web.views import agency, employer

urlpatterns: list[URLPattern] = [
    path("employer/", employer.home, name="employer"),
    path("employer/roster/", employer.roster, name="employer_roster"),
    path("employer/bill/", employer.bill, name="employer_bill"),
    *(
        one
        for kind in LISTS
        for one in (
            path(f"employer/{kind}/", employer.names, {"kind": kind}, name=f"employer_{kind}"),
            path(f"employer/{kind}.csv", employer.blank, {"kind": kind}, name=f"employer_{kind}_blank"),
        )
    ),
    path("employer/agent/", agency.mine, name="employer_agent"),
    path("employer/agent/hand", agency.hand, name="employer_hand"),
    path("employer/agent/take-back", agency.take_back, name="employer_take_back"),
    path("employer/agent/end", agency.give_up, name="employer_end"),
    path("employer/arrears/", employer.arrears, name="employer_arrears"),
]
