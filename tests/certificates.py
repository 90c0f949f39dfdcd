"""An authority, and certificates that it signed."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = datetime.timedelta(days=1)
PASSPHRASE = b"s3cret"


@dataclass
class Certificates:
    """Files `NAME.pem` and `NAME.key` for ca, server (named engine.test and 127.0.0.1), client, expired, and bare.

    A bare one has no identifiers of keys, as many private authorities make them; Python refuses it from 3.13 on.
    """

    folder: Path

    def path(self, name: str) -> str:
        """Where a file is."""
        return str(self.folder / name)

    def read(self, name: str) -> bytes:
        """What is in it."""
        return (self.folder / name).read_bytes()

    def for_server(self, name: str = "server", *, mutual: bool = False) -> ssl.SSLContext:
        """What a server of Python's own needs to show one."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path(f"{name}.pem"), self.path(f"{name}.key"))
        if mutual:
            context.load_verify_locations(self.path("ca.pem"))
            context.verify_mode = ssl.CERT_REQUIRED
        return context

    @staticmethod
    def make(folder: Path) -> Certificates:
        """Make them all."""
        made = Certificates(folder)
        authority = made._one("ca", None)
        made._one("server", authority)
        made._one("client", authority)
        made._one("expired", authority, until=-DAY)
        made._one("bare", authority)
        key = serialization.load_pem_private_key(made.read("client.key"), None)
        encrypted = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(PASSPHRASE),
        )
        (folder / "encrypted.key").write_bytes(encrypted)
        return made

    def _one(
        self, what: str, issuer: ec.EllipticCurvePrivateKey | None, *, until: datetime.timedelta = DAY
    ) -> ec.EllipticCurvePrivateKey:
        key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.datetime.now(datetime.timezone.utc)
        names = [x509.DNSName("engine.test"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(what))
            .issuer_name(_name("ca"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 2 * DAY)
            .not_valid_after(now + until)
            .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
        )
        if what != "bare":
            builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        if issuer is None:
            builder = builder.add_extension(_signs(), critical=True)
        elif what != "bare":
            signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key())
            builder = builder.add_extension(signer, critical=False)
        certificate = builder.sign(issuer or key, hashes.SHA256())
        (self.folder / f"{what}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (self.folder / f"{what}.key").write_bytes(private)
        return key


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _signs() -> x509.KeyUsage:
    """What the key of an authority is for."""
    return x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
