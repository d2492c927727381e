"""The parts of a JSON request and answer that all nouns share."""

from typing import Annotated, Any, TypeAlias, TypeVar
from uuid import UUID, uuid4

from litestar import Request, Response
from litestar.params import HeaderParameter

from web.http.forms import BadForm
from web.models.base import RecordOut

Out = TypeVar("Out", bound=RecordOut)

Version: TypeAlias = Annotated[
    int, HeaderParameter(name="If-Match", description="The version that the edit is based on.")
]
Key: TypeAlias = Annotated[
    UUID | None,
    HeaderParameter(name="Idempotency-Key", description="The same request under the same key runs once."),
]


class JsonRequest(Request[Any, Any, Any]):
    """A request whose JSON body may be nested as deeply as its size allows."""

    async def json(self) -> Any:
        """The body. Raises BadForm where it is nested deeper than the decoder recurses."""
        try:
            return await super().json()
        except RecursionError as error:
            raise BadForm from error


def key_of(given: UUID | None) -> str:
    return str(given or uuid4())


def created(out: Out, *, at: str) -> Response[Out]:
    """201 with the address of the new record."""
    return Response(out, status_code=201, headers={"Location": f"{at}/{out.id}"})
