"""Ten real services: how each is installed, started, fed with somebody else's things, and looked at afterwards."""

from __future__ import annotations

import base64
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

_TOKEN: Final = "a-token-for-this-run-alone"  # noqa: S105 - made up, for a service that is gone after the run


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one start of a service lives: its folder, its virtual environment, its port on 127.0.0.1."""

    folder: Path
    venv: Path
    port: int

    def program(self, name: str) -> str:
        """Return a program of the virtual environment."""
        return str(self.venv / "bin" / name)


def _nothing(_place: Place) -> None:
    pass


def _no_variables(_place: Place) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service. `theirs` are requests that make somebody else's things, `controls` reads that must show them still.

    A control that ends with `?` must answer as before, whatever it shows. `login` is a path, a body, and the member of
    the response that holds a bearer token.
    """

    name: str
    packages: tuple[str, ...] = ()
    command: Callable[[Place], list[str]]
    ready: str
    document_path: str = ""
    document_file: Callable[[Place], Path] | None = None
    base_path: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    login: tuple[str, Any, str] | None = None
    theirs: tuple[tuple[str, str, Any], ...] = ()
    controls: tuple[str, ...] = ()
    prepare: Callable[[Place], None] = _nothing
    environment: Callable[[Place], Mapping[str, str]] = _no_variables

    def venv(self, venvs: Path) -> Path:
        """Return where the service is installed."""
        return venvs / self.name

    def installed(self, venvs: Path) -> bool:
        """Whether it can be started."""
        return Path(self.command(Place(folder=venvs, venv=self.venv(venvs), port=1))[0]).exists()


def _kinto_settings(place: Place) -> None:
    settings = f"""[server:main]
use = egg:waitress#main
host = 127.0.0.1
port = {place.port}
[app:main]
use = egg:kinto
kinto.storage_backend = kinto.core.storage.memory
kinto.cache_backend = kinto.core.cache.memory
kinto.permission_backend = kinto.core.permission.memory
kinto.includes = kinto.plugins.flush kinto.plugins.default_bucket
multiauth.policies = basicauth
kinto.bucket_create_principals = system.Authenticated
kinto.userid_hmac_secret = a-secret-for-this-run-alone
"""
    (place.folder / "kinto.ini").write_text(settings, "utf-8")


def _jupyter_document(place: Place) -> Path:
    return next(place.venv.glob("lib/python3*/site-packages/jupyter_server/services/api/api.yaml"))


def _powerdns_program(place: Place) -> str:
    found = place.venv / "usr" / "sbin" / "pdns_server"
    return str(found) if found.exists() else shutil.which("pdns_server", path=f"{os.defpath}:/usr/sbin") or str(found)


def _powerdns_settings(place: Place) -> None:
    root = place.venv if (place.venv / "usr").exists() else Path("/")
    schema = root / "usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql"
    with sqlite3.connect(place.folder / "zones.db") as zones:
        zones.executescript(schema.read_text("utf-8"))
    zones.close()


def _powerdns_command(place: Place) -> list[str]:
    modules = place.venv / "usr/lib/x86_64-linux-gnu/pdns"
    settings = {
        "config-dir": place.folder,
        "socket-dir": place.folder,
        "module-dir": modules if modules.exists() else "/usr/lib/x86_64-linux-gnu/pdns",
        "launch": "gsqlite3",
        "gsqlite3-database": place.folder / "zones.db",
        "api": "yes",
        "api-key": _TOKEN,
        "webserver": "yes",
        "webserver-address": "127.0.0.1",
        "webserver-port": place.port,
        "local-address": "127.0.0.1",
        "local-port": place.port + 1 if place.port < 65535 else 53535,  # noqa: PLR2004 - the last port there is
        "guardian": "no",
        "daemon": "no",
    }
    return [_powerdns_program(place), *(f"--{name}={value}" for name, value in settings.items())]


_GEO_SETTINGS: Final = """server:
  bind: {{host: 127.0.0.1, port: {port}}}
  url: http://127.0.0.1:{port}
  mimetype: application/json; charset=UTF-8
  encoding: utf-8
  languages: [en-US]
  limits: {{default_items: 20, max_items: 50}}
  map: {{url: "http://127.0.0.1:9/{{z}}/{{x}}/{{y}}.png", attribution: none}}
  manager: {{name: TinyDB, connection: {folder}/jobs.db, output_dir: {folder}}}
logging: {{level: ERROR}}
metadata:
  identification: {{title: places, description: places, keywords: [places], terms_of_service: none, url: http://localhost}}
  license: {{name: none, url: http://localhost}}
  provider: {{name: nobody, url: http://localhost}}
  contact: {{name: nobody, email: nobody@localhost}}
resources:
  places:
    type: collection
    title: Places
    description: Places that can be edited
    keywords: [places]
    links: []
    extents: {{spatial: {{bbox: [-180, -90, 180, 90], crs: "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}}}}
    providers: [{{type: feature, name: GeoJSON, data: {folder}/places.geojson, id_field: id, editable: true}}]
  hello-world:
    type: process
    processor: {{name: HelloWorld}}
"""
_GEO_PLACE: Final = {
    "type": "Feature",
    "id": "theirs",
    "geometry": {"type": "Point", "coordinates": [1, 2]},
    "properties": {"id": "theirs", "name": "keep"},
}


def _geo_settings(place: Place) -> None:
    settings = place.folder / "settings.yml"
    settings.write_text(_GEO_SETTINGS.format(port=place.port, folder=place.folder), "utf-8")
    features = {"type": "FeatureCollection", "features": [_GEO_PLACE]}
    (place.folder / "places.geojson").write_text(json.dumps(features), "utf-8")
    command = [
        place.program("pygeoapi"),
        "openapi",
        "generate",
        str(settings),
        "--output-file",
        str(place.folder / "geo.yml"),
    ]
    environment = {**os.environ, **_geo_variables(place)}
    subprocess.run(command, check=True, capture_output=True, env=environment)  # noqa: S603 - a program of the table


def _geo_variables(place: Place) -> Mapping[str, str]:
    return {"PYGEOAPI_CONFIG": str(place.folder / "settings.yml"), "PYGEOAPI_OPENAPI": str(place.folder / "geo.yml")}


_BASIC: Final = "Basic " + base64.b64encode(b"somebody:secret").decode()

SERVICES: Final = {
    each.name: each
    for each in (
        Service(
            name="kinto",
            packages=("kinto", "waitress", "setuptools<81"),
            command=lambda place: [
                place.program("kinto"), "start", "--ini", str(place.folder / "kinto.ini"), "--port", str(place.port)
            ],
            prepare=_kinto_settings,
            ready="/v1/__heartbeat__",
            document_path="/v1/__api__",
            base_path="/v1",
            headers={"Authorization": _BASIC},
            theirs=(
                ("PUT", "/v1/buckets/theirs", {"data": {"note": "keep"}}),
                ("PUT", "/v1/buckets/theirs/collections/papers", {"data": {}}),
                ("PUT", "/v1/buckets/theirs/collections/papers/records/one", {"data": {"note": "keep"}}),
            ),
            controls=("/v1/buckets/theirs", "/v1/buckets/theirs/collections/papers/records/one"),
        ),
        Service(
            name="httpbin",
            packages=("httpbin[mainapp]",),
            command=lambda place: [
                place.program("python"), "-c",
                f"from httpbin import app; app.run(host='127.0.0.1', port={place.port}, threaded=True)",
            ],
            ready="/get",
            document_path="/spec.json",
            controls=("/json",),
        ),
        Service(
            name="jupyter_server",
            packages=("jupyter_server", "ipykernel"),
            command=lambda place: [
                place.program("jupyter"), "server", "--no-browser", "--allow-root", "--ip=127.0.0.1",
                f"--port={place.port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={_TOKEN}",
                f"--ServerApp.root_dir={place.folder / 'notes'}",
            ],
            prepare=lambda place: (place.folder / "notes").mkdir(),
            ready="/api",
            document_file=_jupyter_document,
            headers={"Authorization": f"token {_TOKEN}"},
            theirs=(("PUT", "/api/contents/theirs.txt", {"type": "file", "format": "text", "content": "keep"}),),
            controls=("/api/contents/theirs.txt?content=1", "/api/status?"),
        ),
        Service(
            name="chromadb",
            packages=("chromadb",),
            command=lambda place: [
                place.program("chroma"), "run", "--path", str(place.folder / "data"), "--host", "127.0.0.1",
                "--port", str(place.port),
            ],
            ready="/api/v2/heartbeat",
            document_path="/openapi.json",
            environment=lambda _: {"ANONYMIZED_TELEMETRY": "False"},
            theirs=(
                ("POST", "/api/v2/tenants/default_tenant/databases", {"name": "theirs"}),
                ("POST", "/api/v2/tenants/default_tenant/databases/theirs/collections", {"name": "papers"}),
            ),
            controls=(
                "/api/v2/tenants/default_tenant/databases/theirs",
                "/api/v2/tenants/default_tenant/databases/theirs/collections",
            ),
        ),
        Service(
            name="prefect",
            packages=("prefect",),
            command=lambda place: [
                place.program("prefect"), "server", "start", "--host", "127.0.0.1", "--port", str(place.port), "--no-services"
            ],
            environment=lambda place: {
                "PREFECT_HOME": str(place.folder / "prefect"),
                "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
                "PREFECT_API_URL": f"http://127.0.0.1:{place.port}/api",
            },
            ready="/api/health",
            document_path="/openapi.json",
            base_path="/api",
            theirs=(
                ("POST", "/api/flows/", {"name": "theirs"}),
                ("POST", "/api/variables/", {"name": "theirs", "value": "keep"}),
            ),
            controls=("/api/flows/name/theirs", "/api/variables/name/theirs", "/api/health"),
        ),
        Service(
            name="gns3",
            packages=("gns3-server",),
            command=lambda place: [
                place.program("gns3server"), "--host", "127.0.0.1", "--port", str(place.port), "--quiet",
                "--logfile", str(place.folder / "gns3.log"),
            ],
            ready="/openapi.json",
            document_path="/openapi.json",
            login=("/v3/access/users/authenticate", {"username": "admin", "password": "admin"}, "access_token"),
            theirs=(("POST", "/v3/projects", {"name": "theirs", "project_id": "11111111-2222-4333-8444-555555555555"}),),
            controls=("/v3/projects/11111111-2222-4333-8444-555555555555", "/v3/access/users/me?", "/v3/version"),
        ),
        Service(
            name="pygeoapi",
            packages=("pygeoapi",),
            command=lambda place: [place.program("pygeoapi"), "serve"],
            prepare=_geo_settings,
            environment=_geo_variables,
            ready="/conformance?f=json",
            document_path="/openapi?f=json",
            controls=("/collections/places/items/theirs?f=json", "/conformance?f=json"),
        ),
        Service(
            name="openfisca",
            packages=("OpenFisca-Core[web-api]", "OpenFisca-Country-Template"),
            command=lambda place: [
                place.program("openfisca"), "serve", "--country-package", "openfisca_country_template",
                "--port", str(place.port),
            ],
            ready="/parameters",
            document_path="/spec",
            controls=("/parameters", "/variables"),
        ),
        Service(
            name="glances",
            packages=("glances[web]",),
            command=lambda place: [
                place.program("glances"), "-w", "-B", "127.0.0.1", "-p", str(place.port), "--disable-autodiscover", "-q"
            ],
            ready="/api/4/status",
            document_path="/openapi.json",
            controls=("/api/4/pluginslist", "/api/4/status?"),
        ),
        Service(
            name="powerdns",
            command=_powerdns_command,
            prepare=_powerdns_settings,
            environment=lambda place: {"LD_LIBRARY_PATH": str(place.venv / "usr/lib/x86_64-linux-gnu")},
            ready="/api/v1/servers",
            document_path="/api/docs",
            base_path="/api/v1",
            headers={"X-API-Key": _TOKEN},
            theirs=(
                (
                    "POST", "/api/v1/servers/localhost/zones",
                    {"name": "theirs.example.", "kind": "Native", "nameservers": ["ns.theirs.example."]},
                ),
            ),
            controls=("/api/v1/servers/localhost/zones/theirs.example.", "/api/v1/servers/localhost"),
        ),
    )
}  # fmt: skip
"""The services by name."""
