"""A base URL, taken apart and checked.

What decides whether an endpoint is this machine is the very host that is connected to: one parser serves both.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from contract_suite.errors import UsageError
from contract_suite.known_secrets import KNOWN, of_addresses, of_path_parameters, without_user_info


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseUrl:
    """`scheme://host:port/path`; `path` has no slash at its end, `host` no brackets."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """The value of the `Host` field: brackets around IPv6, no default port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def place(self) -> str:
        """`host:port`, for sentences."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def loopback(self) -> bool:
        """Whether the host is this machine: `localhost` and names below it (RFC 6761), or a loopback address."""
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return True
        try:
            address = ipaddress.ip_address(self.host.partition("%")[0])
        except ValueError:
            return False
        mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
        return (mapped or address).is_loopback

    def __str__(self) -> str:
        """Write the URL, normalised."""
        return f"{self.scheme}://{self.authority}{self.path}"


def parse(url: str) -> BaseUrl:
    """Take `http(s)://host[:port][/path]` apart; `UsageError` for anything else."""
    KNOWN.add({**of_addresses([url]), **of_path_parameters(url)})
    shown = without_user_info(url)
    parts = _split(url, shown)
    if parts.scheme not in _PORTS:
        hint = f"; did you mean http://{shown}?" if _WITHOUT_SCHEME.fullmatch(shown) else "."
        raise UsageError(f"A base URL begins with http:// or https://, but {shown!r} doesn't{hint}")
    if "@" in parts.netloc:
        raise UsageError("A base URL holds no user name or password; put the key into an environment variable.")
    if "?" in url or "#" in url:
        raise UsageError(f"A base URL ends with its path; {shown!r} holds a query or a fragment.")
    host = (parts.hostname or "").rstrip(".")
    if not host:
        raise UsageError(f"The base URL {shown!r} names no host.")
    if ":" not in host:
        host = _ascii(host, shown)
    return BaseUrl(scheme=parts.scheme, host=host, port=_port(shown, parts), path=parts.path.rstrip("/"))


_WITHOUT_SCHEME = re.compile(r"(?:localhost|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)(?::[0-9]+)?(?:/[^\s?#]*)?")
_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[^\x00-\x20\x7f\"<>\\^`{|}%/@:\[\]]+")


def _split(url: str, shown: str) -> SplitResult:
    # urlsplit silently drops tabs and line breaks; what is dropped in one place must not count in another.
    if re.search(r"[\x00-\x20\x7f\\]", url) or not url.isprintable():
        raise UsageError(f"The base URL {shown!r} holds a blank, a backslash or a control character.")
    if not url.partition("/")[2].isascii():
        path = url.partition("://")[2].partition("/")[2]
        if not path.isascii():
            raise UsageError(f"The path of the base URL {shown!r} must be percent-encoded.")
    try:
        return urlsplit(url)
    except ValueError:
        raise UsageError(f"{shown!r} is no URL: what stands in the place of its host can be none.") from None


def _ascii(host: str, shown: str) -> str:
    try:
        name = host.encode("idna").decode()
    except UnicodeError:
        name = ""
    if not _HOST.fullmatch(name):
        raise UsageError(f"{host!r} in the base URL {shown!r} is no host name.")
    return name


def _port(shown: str, parts: SplitResult) -> int:
    _, colon, digits = parts.netloc.rpartition("]")[2].rpartition(":")
    try:
        port = parts.port
    except ValueError:
        raise UsageError(f"The port in {shown!r} is no number from 1 to 65535.") from None
    if port == 0 or (colon and not digits.isdecimal()):
        raise UsageError(f"The port in {shown!r} is no number from 1 to 65535.")
    return port or _PORTS[parts.scheme]
