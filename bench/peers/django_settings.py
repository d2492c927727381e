"""What both Django applications share. Settings chosen for speed: persistent connections, no debug, only the middleware
that is needed, no translation, no request log.
"""

import os
from urllib.parse import urlsplit

import django
from django.apps import AppConfig
from django.conf import settings


class Daybook(AppConfig):
    name, label = "bench.peers", "daybook"


def configure(apps=(), **more):
    """Set up Django with these apps and settings, before any model is imported."""
    settings.configure(
        DEBUG=False,
        SECRET_KEY="unused: the session is Better Auth's",
        ALLOWED_HOSTS=["localhost", "127.0.0.1"],
        DATABASES={"default": database(os.environ["DATABASE_URL"])},
        INSTALLED_APPS=[*apps, "bench.peers.django_settings.Daybook"],
        USE_TZ=True,
        TIME_ZONE="UTC",
        USE_I18N=False,
        **more,
    )
    django.setup()


def database(url):
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": parts.hostname,
        "PORT": parts.port,
        "USER": parts.username,
        "NAME": parts.path.removeprefix("/"),
        "CONN_MAX_AGE": None,
    }
