"""A small client of the PAI algorithm API."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, Self

import httpx

BASE_URL = "https://api.aliyun.com/api"
_VERSION = "/PaiStudio/2022-01-12"
_PAGE = 10
_PATIENCE = 3


class PaiError(Exception):
    """The API refused a call; `status` is the HTTP status, `code` the API's own."""

    def __init__(self, status: int, code: str, message: str) -> None:
        """Keep what the API said."""
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code


class PaiClient:
    """Lists, reads and creates algorithms.

    A call that meets a rate limit waits as long as the API says and tries again.
    """

    def __init__(self, key: str, base_url: str = BASE_URL, timeout: float = 10.0) -> None:
        """Open a client; `close` it, or use it in a `with`."""
        self._http = httpx.Client(base_url=base_url, headers={"Authorization": f"Bearer {key}"}, timeout=timeout)

    def __enter__(self) -> Self:
        """Return the client."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def algorithms(self, workspace: str | None = None) -> Iterator[dict[str, Any]]:
        """Yield every algorithm, page by page."""
        number = 1
        while True:
            query: dict[str, Any] = {"PageNumber": number, "PageSize": _PAGE}
            if workspace is not None:
                query["WorkspaceId"] = workspace
            page = self._call("GET", f"{_VERSION}/ListAlgorithms", params=query)
            yield from page["Algorithms"]
            if number * _PAGE >= page["TotalCount"]:
                return
            number += 1

    def algorithm(self, identity: str) -> dict[str, Any]:
        """Return one algorithm."""
        return self._call("GET", f"{_VERSION}/algorithms/{identity}")

    def create(self, name: str, workspace: str) -> str:
        """Create an algorithm and return its id."""
        made = self._call("POST", f"{_VERSION}/CreateAlgorithm", json={"AlgorithmName": name, "WorkspaceId": workspace})
        return str(made["AlgorithmId"])

    def _call(self, method: str, path: str, **what: Any) -> dict[str, Any]:
        for attempt in range(_PATIENCE):
            response = self._http.request(method, path, **what)
            if response.status_code != httpx.codes.TOO_MANY_REQUESTS or attempt + 1 == _PATIENCE:
                break
            time.sleep(float(response.headers.get("Retry-After", 1)))
        body = response.json()
        if response.is_error:
            raise PaiError(response.status_code, body.get("Code", ""), body.get("Message", ""))
        return body
