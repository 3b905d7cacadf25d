"""Addresses of the employer's agent (单位经办)."""

from django.urls import URLPattern, path

from shebao.web.views import employer

urlpatterns: list[URLPattern] = [
    path("employer/", employer.home, name="employer"),
    path("employer/roster/", employer.roster, name="employer_roster"),
    path("employer/bill/", employer.bill, name="employer_bill"),
    path("employer/bases/", employer.bases, name="employer_bases"),
    path("employer/bases.csv", employer.blank, name="employer_blank"),
    path("employer/arrears/", employer.arrears, name="employer_arrears"),
]
