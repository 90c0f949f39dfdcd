"""The gRPC channel to an engine in another process. Loads gRPC."""

from __future__ import annotations

import grpc
import grpc.aio

from hatchet.config import ClientConfig, TlsStrategy
from hatchet_api.calls.over_grpc import Channel

KEEPALIVE_TIME_MS = 10_000  # a dead peer is noticed within this and the next figure
KEEPALIVE_TIMEOUT_MS = 20_000
RECONNECT_LIMIT_MS = 5_000  # gRPC's own default of two minutes would outlast an engine's restart


def open_channel(config: ClientConfig) -> Channel:
    """A channel to the configured engine, with its token on every call."""
    options: list[tuple[str, str | int]] = [
        ("grpc.max_send_message_length", config.grpc_max_send_message_length),
        ("grpc.max_receive_message_length", config.grpc_max_recv_message_length),
        ("grpc.keepalive_time_ms", KEEPALIVE_TIME_MS),
        ("grpc.keepalive_timeout_ms", KEEPALIVE_TIMEOUT_MS),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.max_pings_without_data", 0),
        ("grpc.max_reconnect_backoff_ms", RECONNECT_LIMIT_MS),
        # Two clients with the same address must not share a connection: it carries one client's options.
        ("grpc.use_local_subchannel_pool", 1),
        # gRPC's own reading of the variables would send loopback through a proxy, and knows them in lower case only.
        ("grpc.enable_http_proxy", int(config.grpc_proxy is not None)),
    ]
    if config.grpc_proxy is not None:
        options.append(("grpc.http_proxy", config.grpc_proxy.url))
        if config.grpc_proxy.authorization:
            # Not in the URL: older versions take it apart at every `@`, also at one of the password.
            options.append(("grpc.http_connect_headers", f"Proxy-Authorization:{config.grpc_proxy.authorization}"))
    tls = config.tls_config
    if tls.strategy is TlsStrategy.NONE:
        return Channel(grpc.aio.insecure_channel(config.route.host_port, options=options))
    if config.tls_server_name:
        options.append(("grpc.ssl_target_name_override", config.tls_server_name))
    credentials = grpc.ssl_channel_credentials(tls.root_ca(), tls.key(), tls.certificate())
    return Channel(grpc.aio.secure_channel(config.route.host_port, credentials, options=options))
