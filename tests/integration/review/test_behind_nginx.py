"""The room behind a real nginx that ends TLS, with the very configuration of the guide."""

import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from adapters.settings import ROOMS
from adapters.web_address import web_address
from home.opened import opened
from home.workplace import Workplace
from review.app import create_app
from tests.review_room import PASSWORD, SHOP, ReviewRoom, Served, csrf_of

PUBLIC = "review.example.com"
NGINX = shutil.which("nginx") or next((str(path) for path in [Path("/usr/sbin/nginx")] if path.exists()), None)
pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed (Debian: apt install nginx-light)")
OUTER = """\
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
access_log off;
client_body_temp_path {folder}/body;
proxy_temp_path {folder}/proxy;
fastcgi_temp_path {folder}/fastcgi;
uwsgi_temp_path {folder}/uwsgi;
scgi_temp_path {folder}/scgi;
{server}}}
"""


@pytest.fixture(scope="module")
def served(shared_room) -> Iterator[Served]:
    """The room on a port, told its public address."""
    room: ReviewRoom = shared_room
    settings = replace(room.workplace.settings, review_public=web_address(f"https://{PUBLIC}"))
    room.account("ada")
    with Served(create_app(opened(Workplace(room.workplace.project, settings, room.workplace.clock)))) as running:
        yield running


@pytest.mark.parametrize("is_host_passed_on", [True, False], ids=["Host $http_host", "the default Host"])
def test_people_log_in_behind_the_guides_nginx(served, tmp_path, is_host_passed_on):
    """And read, and send forms; a page elsewhere sends none, and cookies never travel without TLS."""
    with nginx(tmp_path, served.port, is_host_passed_on=is_host_passed_on) as client:
        form = {"csrf": csrf_of(client, "/login?next=/log"), "name": "ada", "password": PASSWORD, "next": f"{SHOP}/log"}
        foreign = client.post("/login", data=form, headers={"Origin": "https://elsewhere.example"})
        answer = client.post("/login", data=form, headers={"Origin": f"https://{PUBLIC}"})

        assert foreign.status_code == 403
        assert "sent by a page of https://elsewhere.example" in foreign.text
        assert (answer.status_code, answer.headers["location"]) == (303, f"{SHOP}/log")
        assert all("; secure" in cookie.lower() for cookie in answer.headers.get_list("set-cookie"))
        assert client.get(f"{SHOP}/log").status_code == 200
        out = client.post("/logout", data={"csrf": csrf_of(client)}, headers={"Origin": f"https://{PUBLIC}"})
        assert out.headers["location"] == "/login"


def test_a_name_that_is_not_the_rooms_is_refused_by_name(served, tmp_path):
    """Where the proxy passes on what it was asked for."""
    with nginx(tmp_path, served.port, is_host_passed_on=True) as client:
        answer = client.get("/login", headers={"Host": "elsewhere.example"})

        assert answer.status_code == 421
        assert "for the host elsewhere.example, and this room answers as" in answer.text


@contextmanager
def nginx(folder: Path, room_port: int, *, is_host_passed_on: bool) -> Iterator[httpx.Client]:
    """A browser of the public address, which leads to an nginx with the guide's configuration."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    certify(folder)
    server = re.search(r"```nginx\n(.*?)```", (ROOMS / "docs" / "guide.md").read_text(), re.DOTALL)[1]
    for said, here in {
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        f"/etc/ssl/certs/{PUBLIC}.pem": f"{folder}/tls.pem",
        f"/etc/ssl/private/{PUBLIC}.key": f"{folder}/tls.key",
        "127.0.0.1:3080": f"127.0.0.1:{room_port}",
        **({} if is_host_passed_on else {"proxy_set_header Host $http_host;": ""}),
    }.items():
        assert said in server
        server = server.replace(said, here)
    (folder / "nginx.conf").write_text(OUTER.format(folder=folder, server=server))
    running = subprocess.Popen([str(NGINX), "-p", str(folder), "-c", str(folder / "nginx.conf")], stderr=subprocess.PIPE)
    try:
        wait_for(port, running)
        trusted = ssl.create_default_context(cafile=folder / "tls.pem")
        trusted.check_hostname = False
        with httpx.Client(base_url=f"https://127.0.0.1:{port}", verify=trusted, headers={"Host": PUBLIC}) as client:
            yield client
    finally:
        running.terminate()
        running.wait(timeout=10)


def wait_for(port: int, running: subprocess.Popen) -> None:
    """Wait until something listens."""
    for _ in range(200):
        assert running.poll() is None, running.stderr.read().decode()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    pytest.fail("nginx did not listen")


def certify(folder: Path) -> None:
    """A key and a certificate for the public name, signed by itself."""
    key, name, now = ec.generate_private_key(ec.SECP256R1()), x509.Name.from_rfc4514_string(f"CN={PUBLIC}"), datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (folder / "tls.key").write_bytes(key.private_bytes(pem, pkcs8, plain))
    (folder / "tls.pem").write_bytes(certificate.public_bytes(pem))
