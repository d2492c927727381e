"""A program that uses the API as a user."""

from typing import Any

from tests.client import HtmlClient, Page


class Program:
    """Sends JSON with a user's session cookie, or with another credential."""

    def __init__(self, user: HtmlClient, **headers: str) -> None:
        self.user = user
        self.headers = headers or {"cookie": user.cookie, "sec-fetch-site": "same-origin"}

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Page:
        options = {} if body is None else {"json": body}
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.user.ask(method, path, headers={**self.headers, **sent}, **options)

    def get(self, path: str, **headers: str) -> Any:
        answer = self.send("GET", path, **headers)
        assert answer.status == 200, answer.html
        return answer.response.json()

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        answer = self.send("POST", path, body, **headers)
        assert answer.status in (200, 201), answer.html
        return answer.response.json()

    def put(self, path: str, body: Any = None) -> Any:
        answer = self.send("PUT", path, body)
        assert answer.status == 200, answer.html
        return answer.response.json()

    def patch(self, path: str, body: Any = None) -> Any:
        answer = self.send("PATCH", path, body)
        assert answer.status == 200, answer.html
        return answer.response.json()

    def titles(self, query: str = "") -> list[str]:
        return [task["title"] for task in self.get(f"/api/tasks?{query}")["items"]]
