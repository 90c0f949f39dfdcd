"""TLS and mutual TLS, against a real gRPC server with certificates made here."""

from __future__ import annotations

import datetime
import ipaddress
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import grpc
import grpc.aio
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hatchet import ClientConfig, ClientTLSConfig, Hatchet, Unavailable
from hatchet.transport.io_loop import shared_io_loop
from hatchet.transport.retry import RetryPolicy
from hatchet.wire.gateway import Gateway
from hatchet_api.grpc import dispatcher_pb2
from tests.unit.offline import token


@dataclass
class Certificates:
    folder: Path

    def path(self, name: str) -> str:
        return str(self.folder / name)

    def read(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()


def name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """An authority, and certificates that it signed for the server (named engine.test) and for a client."""
    folder = tmp_path_factory.mktemp("certificates")
    now = datetime.datetime.now(datetime.timezone.utc)

    def make(what: str, issuer: x509.Name, issuer_key: ec.EllipticCurvePrivateKey | None) -> ec.EllipticCurvePrivateKey:
        key = ec.generate_private_key(ec.SECP256R1())
        names = [x509.DNSName("engine.test"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        builder = (
            x509.CertificateBuilder()
            .subject_name(name(what))
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=what == "ca", path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
        )
        certificate = builder.sign(issuer_key or key, hashes.SHA256())
        (folder / f"{what}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (folder / f"{what}.key").write_bytes(private)
        return key

    authority = make("ca", name("ca"), None)
    make("server", name("ca"), authority)
    make("client", name("ca"), authority)
    return Certificates(folder)


class Versions:
    """Serves GetVersion."""

    async def get_version(self, request: dispatcher_pb2.GetVersionRequest, context: Any) -> Any:
        return dispatcher_pb2.GetVersionResponse(version="v0.101.27")

    def __getattr__(self, call: str) -> Any:
        async def unserved(*arguments: Any) -> NoReturn:
            raise NotImplementedError(call)

        return unserved


@pytest.fixture(params=["tls", "mtls"])
def server(request: pytest.FixtureRequest, certificates: Certificates) -> Generator[tuple[str, int], None, None]:
    from hatchet_api.services.dispatcher import add_dispatcher_servicer

    io = shared_io_loop()
    mutual = request.param == "mtls"

    async def start() -> tuple[grpc.aio.Server, int]:
        running = grpc.aio.server()
        add_dispatcher_servicer(running, Versions())
        credentials = grpc.ssl_server_credentials(
            [(certificates.read("server.key"), certificates.read("server.pem"))],
            certificates.read("ca.pem"),
            require_client_auth=mutual,
        )
        port = running.add_secure_port("127.0.0.1:0", credentials)
        await running.start()
        return running, port

    running, port = io.block(start())
    yield str(request.param), port
    io.block(running.stop(0))


def ask(port: int, **tls: Any) -> str | None:
    config = ClientConfig(token=token(grpc_broadcast_address=f"127.0.0.1:{port}"), tls_config=ClientTLSConfig(**tls))
    gateway = Gateway(config, Hatchet(config).io, RetryPolicy(attempts=1))
    try:
        return gateway.io.block(gateway.engine_version())
    finally:
        gateway.io.block(gateway.close())


def test_the_server_s_certificate_is_checked_against_the_authority(
    server: tuple[str, int], certificates: Certificates
) -> None:
    strategy, port = server
    client = {"cert_file": certificates.path("client.pem"), "key_file": certificates.path("client.key")}
    given = client if strategy == "mtls" else {}
    authority = certificates.path("ca.pem")
    assert ask(port, strategy=strategy, root_ca_file=authority, **given) == "v0.101.27"
    named = {"strategy": strategy, "root_ca_file": authority, **given}
    assert ask(port, server_name="engine.test", **named) == "v0.101.27"
    with pytest.raises(Unavailable, match="cannot be reached"):
        ask(port, server_name="other.test", **named)


def test_an_unknown_authority_and_no_encryption_are_refused(server: tuple[str, int]) -> None:
    _, port = server
    with pytest.raises(Unavailable):
        ask(port, strategy="tls")
    with pytest.raises(Unavailable):
        ask(port, strategy="none")


def test_a_server_that_wants_a_client_s_certificate_refuses_one_without(
    server: tuple[str, int], certificates: Certificates
) -> None:
    strategy, port = server
    if strategy == "mtls":
        with pytest.raises(Unavailable):
            ask(port, strategy="tls", root_ca_file=certificates.path("ca.pem"))
