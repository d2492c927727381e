"""The parts of a JSON request and answer that all nouns share."""

from typing import Annotated, TypeAlias, TypeVar
from uuid import UUID, uuid4

from litestar import Response
from litestar.params import HeaderParameter

from web.models.base import RecordOut

Out = TypeVar("Out", bound=RecordOut)

Version: TypeAlias = Annotated[
    int, HeaderParameter(name="If-Match", description="The version that the edit is based on.")
]
Key: TypeAlias = Annotated[
    UUID | None,
    HeaderParameter(name="Idempotency-Key", description="The same request under the same key runs once."),
]


def key_of(given: UUID | None) -> str:
    return str(given or uuid4())


def created(out: Out, *, at: str) -> Response[Out]:
    """201 with the address of the new record."""
    return Response(out, status_code=201, headers={"Location": f"{at}/{out.id}"})
