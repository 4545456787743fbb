"""The few lines of Python that every exported test needs: how to send a request, and how to read its response.

They are copied into the file as text, so they use nothing but the standard library and pytest.
"""

from __future__ import annotations

from typing import Final

SUPPORT: Final = '''\
BASE = os.environ.get("CONTRACT_SUITE_URL", {base})
RECORD = os.environ.get("CONTRACT_SUITE_RECORD", {record})


class Response:
    """What the server answered."""

    def __init__(self, raw):
        self.status, self.headers, self.body = raw.status, raw.headers, raw.read()

    def header(self, name):
        return ",".join(self.headers.get_all(name, []))

    def values(self, pointer):
        """The values at a JSON Pointer; `*` stands for every item of an array."""
        found = [json.loads(self.body)]
        for token in pointer.split("/")[1:]:
            token = token.replace("~1", "/").replace("~0", "~")
            if token == "*":
                found = [item for each in found if isinstance(each, list) for item in each]
            else:
                found = [each[int(token) if isinstance(each, list) else token] for each in found if has(each, token)]
        return found

    def value(self, pointer):
        """The value at a JSON Pointer, as a text that can stand in an address."""
        value = self.values(pointer)[0]
        return quote(value if isinstance(value, str) else json.dumps(value), safe="")

    def __repr__(self):
        return f"{{self.status}} {{self.body[:300]!r}}"


def has(value, token):
    if isinstance(value, list):
        return token.isdigit() and int(token) < len(value)
    return isinstance(value, dict) and token in value


class Api:
    """Sends requests exactly as written, and finally deletes what they made."""

    def __enter__(self):
        self.left = []
        return self

    def __exit__(self, *_):
        for method, target, rest in reversed(self.left):
            self.send(method, target, **rest)

    def send(self, method, target, headers=(), body=b"", key={default_key}):
        base = urlsplit(BASE)
        connect = HTTPSConnection if base.scheme == "https" else HTTPConnection
        connection = connect(base.netloc, timeout=60)
        connection.putrequest(method, base.path.rstrip("/") + target, skip_accept_encoding=True)
        names = {{name.lower() for name, _ in headers}}
        for name, value in (*headers, *((name, value) for name, value in KEYS[key] if name.lower() not in names)):
            connection.putheader(name, value)
        if "content-length" not in names and "transfer-encoding" not in names and (body or method in LENGTH):
            connection.putheader("Content-Length", str(len(body)))
        try:
            connection.endheaders(body or None)
            return Response(connection.getresponse())
        finally:
            connection.close()

    def finally_send(self, method, target, **rest):
        self.left.append((method, target, rest))


LENGTH = ("POST", "PUT", "PATCH")
'''
"""The head of an exported file; `{...}` are filled in."""

REPLAY: Final = '''\

def replay(finding):
    """Let `contract-suite replay` send the requests again: this file alone can't judge their responses."""
    command = [sys.executable, "-m", "contract_suite", "replay", finding, "--run", RECORD]
    command += ["--url", BASE] if "CONTRACT_SUITE_URL" in os.environ else []
    told = subprocess.run(command, capture_output=True, text=True, timeout=300)
    said = told.stdout + told.stderr
    if told.returncode == 3:
        pytest.skip(said.strip().splitlines()[-1])
    assert told.returncode == 0, said
'''
"""What a file needs beside that where a finding is judged by several responses."""
