"""The user of a credential and their preferences, for programs."""

from typing import Literal

from litestar import Controller, get, patch, put

from web.auth.identity import Credentials
from web.http.api.answering import api
from web.http.api.reading import Body, Patch
from web.models.preferences import PreferencesDraft, PreferencesOut
from web.models.user import Me
from web.services.preferences import PreferencesService


class MeApi(Controller):
    path = "/api"

    @get("/me")
    @api
    def me(self, preferences: PreferencesService, credentials: Credentials) -> Me:
        """Whose credential this is, and what it may do."""
        user = credentials.user
        assert user
        scope: Literal["read", "write"] = "write" if credentials.may_write else "read"
        return Me(id=user.id, name=user.name, email=user.email, time_zone=user.preferences.zone.key, scope=scope)

    @get("/preferences")
    @api
    def show(self, preferences: PreferencesService) -> PreferencesOut:
        """What the user chose."""
        return PreferencesOut.of(preferences.form())

    @put("/preferences")
    @api
    def replace(self, preferences: PreferencesService, data: Body[PreferencesDraft]) -> PreferencesOut:
        """Replace all preferences; those that are not given get their defaults."""
        preferences.save(data)
        return PreferencesOut.of(preferences.form())

    @patch("/preferences")
    @api
    def update(self, preferences: PreferencesService, data: Patch[PreferencesDraft]) -> PreferencesOut:
        """Change some preferences."""
        preferences.save(data.applied_to(preferences.form()), only=data.names)
        return PreferencesOut.of(preferences.form())
