"""The mock with one thing wrong, to see the provider's gate fail: a list counts in words."""

import json
from dataclasses import replace

import contract_suite
from contract_suite.mock.asgi import MockApp
from contract_suite.mock.server import MockServer


class Broken(MockServer):
    """Writes TotalCount as a string."""

    def handle(self, request):
        """Answer as the mock does, but for one field."""
        response = super().handle(request)
        body = json.loads(response.body)
        if "TotalCount" not in body:
            return response
        content = json.dumps({**body, "TotalCount": str(body["TotalCount"])}).encode()
        headers = tuple((name, value) for name, value in response.headers if name != "Content-Length")
        return replace(response, body=content, headers=(*headers, ("Content-Length", str(len(content)))))


app = MockApp(Broken(replace(contract_suite.load("pai").contract, servers=())))
