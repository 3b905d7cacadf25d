"""The WSGI application (Granian serves it): the express door of the hot read before Django."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shebao.settings")

_django = get_wsgi_application()

from shebao.api.hot import Express  # noqa: E402

application = Express(_django)
