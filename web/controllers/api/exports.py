"""Exports for programs: the files of the settings."""

from litestar import Controller, get
from litestar.params import FromPath
from litestar.response import Stream

from web.domain.errors import NotFound
from web.http.api.answering import api
from web.http.request import AppDatabase
from web.http.streaming import download
from web.services.exports import FORMATS, exported
from web.services.overview import Overviews


class ExportsApi(Controller):
    path = "/api/exports"

    @get("/{file_name:str}")
    @api
    def show(self, overviews: Overviews, database: AppDatabase, file_name: FromPath[str]) -> Stream:
        """All tasks as a file, which is written while it is sent.

        `daybook.json` is everything, and comes back as it was by an import; the other formats are for other programs.
        """
        if file_name not in FORMATS:
            raise NotFound
        return download(exported(database, overviews.actor, file_name), file_name, FORMATS[file_name][1])
