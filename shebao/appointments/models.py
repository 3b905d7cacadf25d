"""Offices (经办机构) where business is done in person."""

from django.db import models


class Office(models.Model):
    """经办机构."""

    id = models.AutoField(primary_key=True)
    name = models.TextField()
    region = models.CharField(max_length=6)
    district = models.TextField()
    address = models.TextField()
    hours = models.TextField()
    services = models.TextField()
    longitude_e6 = models.IntegerField()
    latitude_e6 = models.IntegerField()
