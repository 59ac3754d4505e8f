"""How a MongoDB is reached: credentials, TLS, replica sets, names in DNS, time-outs; and that no secret is ever told."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import dns.asyncresolver
import dns.message
import dns.resolver
import dns.rrset
import pytest
from pymongo import AsyncMongoClient, MongoClient
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)

from newsarchive.errors import BadValueError, StorePermissionError, StoreUnreachableError
from newsarchive.settings import OURS, ours
from newsarchive.storage import SaveOutcome, open_store
from newsarchive.storage.mongo.client import client_of
from newsarchive.storage.schema import mongo_schema
from tests.certificate import certificate
from tests.mongo import HOST, database_of, guarded_server, own_server
from tests.storage.records import NOON, article, event, pick, run, task

USER, PASSWORD = "editor", "gehe!m/wort"
QUOTED = "gehe%21m%2Fwort"


async def works(uri: str) -> None:
    async with open_store(uri) as store:
        assert await store.save_articles([article(1)]) == [SaveOutcome.NEW]
        assert await store.known(["ithome:1"]) == {"ithome:1"}


# Credentials.


async def test_credentials_of_the_uri_are_used_and_never_told(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with guarded_server(USER, PASSWORD) as server:
        at = f"{HOST}:{server.port}/news?authSource=admin"
        await works(f"mongodb://{USER}:{QUOTED}@{at}")
        said = [caplog.text]
        for user in (f"{USER}:falsch-{QUOTED}@", ""):
            with pytest.raises(StorePermissionError, match="check user, password and rights") as refused:
                await open_store(f"mongodb://{user}{at}").open()
            said += [str(refused.value), repr(refused.value), caplog.text]
    assert not [text for text in said if PASSWORD in text or QUOTED in text]


# TLS.


async def test_over_tls(tmp_path: Path) -> None:
    pem = str(certificate(tmp_path))
    trusting = f"?tls=true&tlsCAFile={pem}"
    with own_server(trusting, "--tls-cert-file", pem, "--tls-key-file", pem) as server:
        await works(f"mongodb://{HOST}:{server.port}/news{trusting}")
        unknown = f"mongodb://{HOST}:{server.port}/news?tls=true&serverSelectionTimeoutMS=300"
        with pytest.raises(
            StoreUnreachableError, match=r"no safe connection \(certificate verify failed\).*tlsCAFile"
        ):
            await open_store(unknown).open()


# Replica sets, and names that DNS leads to.


async def test_a_replica_set_is_named_by_the_uri(mongo_server: str) -> None:
    client: MongoClient[dict[str, Any]] = MongoClient(mongo_server)
    with closing(client):
        name = client.admin.command("hello").get("setName")
    if name is None:
        pytest.skip("this server is in no replica set")
    with database_of(mongo_server) as uri:
        await works(f"{uri}?replicaSet={name}")
        with pytest.raises(StoreUnreachableError, match="replicaSet"):
            await open_store(f"{uri}?replicaSet=another&serverSelectionTimeoutMS=300").open()


@contextmanager
def name_server(port: int) -> Iterator[int]:
    """A DNS server that says on which host and port the cluster's service is; its own port."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.bind((HOST, 0))

    listener.settimeout(0.1)
    ended = threading.Event()

    def serve() -> None:
        while not ended.is_set():
            try:
                question, asker = listener.recvfrom(4096)
            except TimeoutError:
                continue
            asked = dns.message.from_wire(question)
            answer = dns.message.make_response(asked)
            name = asked.question[0].name
            if asked.question[0].rdtype == dns.rdatatype.SRV:
                answer.answer.append(
                    dns.rrset.from_text(name, 60, "IN", "SRV", f"0 0 {port} db.news.example.com.")
                )
            if asked.question[0].rdtype == dns.rdatatype.TXT:
                answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", '"authSource=admin"'))
            listener.sendto(answer.to_wire(), asker)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        ended.set()
        thread.join()
        listener.close()


async def test_a_cluster_that_dns_leads_to(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *rest, **more: real(HOST if host == "db.news.example.com" else host, *rest, **more),
    )
    with own_server() as server, name_server(server.port) as port:
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = [HOST], port
        monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
        async_resolver = dns.asyncresolver.Resolver(configure=False)
        async_resolver.nameservers, async_resolver.port = [HOST], port
        monkeypatch.setattr(dns.asyncresolver, "default_resolver", async_resolver)
        await works("mongodb+srv://cluster.news.example.com/news?tls=false&authSource=admin")


# Settings and options.


async def options_of(uri: str, **settings: object) -> Any:  # noqa: ANN401
    client = client_of(uri, ours({name: str(value) for name, value in settings.items()}))
    await client.close()
    return client.options


async def test_time_outs_and_pool_are_those_of_the_uri_else_of_the_settings() -> None:
    names = ("POOL", "SELECTION_SECONDS", "CONNECT_SECONDS", "ANSWER_SECONDS")
    settings = {f"NEWSARCHIVE_MONGO_{name}": number for number, name in enumerate(names, start=3)}
    assert settings.keys() < {setting.name for setting in OURS}
    options = await options_of("mongodb://host/news", **settings)
    pool = options.pool_options
    assert (pool.max_pool_size, pool.connect_timeout, pool.socket_timeout) == (3, 5, 6)
    assert options.server_selection_timeout == 4
    given = "maxPoolSize=7&connectTimeoutMS=700&socketTimeoutMS=7000&serverSelectionTimeoutMS=70"
    options = await options_of(f"mongodb://host/news?{given}", **settings)
    pool = options.pool_options
    assert (pool.max_pool_size, pool.connect_timeout, pool.socket_timeout) == (7, 0.7, 7)
    assert options.server_selection_timeout == 0.07


async def test_a_majority_acknowledges_and_the_primary_is_read() -> None:
    options = await options_of("mongodb://host/news?readPreference=secondary")
    assert options.write_concern.document == {"w": "majority"}
    assert options.read_preference.mongos_mode == "primary"
    assert (await options_of("mongodb://host/news?w=3&journal=true")).write_concern.document == {
        "w": 3,
        "j": True,
    }
    with pytest.raises(BadValueError, match="w=0"):
        await open_store("mongodb://host/news?w=0").open()


class Writes(CommandListener):
    def __init__(self) -> None:
        self.concerns: list[object] = []

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name in {"insert", "update", "delete", "findAndModify"}:
            self.concerns.append(event.command.get("writeConcern"))

    def succeeded(self, event: CommandSucceededEvent) -> None: ...

    def failed(self, event: CommandFailedEvent) -> None: ...


async def test_every_write_waits_for_a_majority(mongo_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    writes = Writes()

    def listening(*given: Any, **named: Any) -> AsyncMongoClient[dict[str, Any]]:  # noqa: ANN401
        return AsyncMongoClient(*given, **named, event_listeners=[writes])

    monkeypatch.setattr("newsarchive.storage.mongo.client.AsyncMongoClient", listening)
    with database_of(mongo_server) as uri:
        async with open_store(uri) as store:
            await store.save_articles([article(1)])
            await store.save_events([event()])
            await store.replace_day(NOON.date(), [pick(1)])
            await store.save_run(run())
            await store.add_tasks([task(1)])
    assert len(writes.concerns) > 8
    assert {str(concern) for concern in writes.concerns} == {"{'w': 'majority'}"}


# Validators of older versions.


@pytest.mark.parametrize("version", [3, None])
async def test_an_older_validator_is_replaced(mongo_uri: str, version: int | None) -> None:
    """It lacks a field of today, wants one that is no more, and (in the first versions) lists the sites of its day."""
    client: MongoClient[dict[str, Any]] = MongoClient(mongo_uri)
    with closing(client):
        database = client.get_default_database()
        async with open_store(mongo_uri):
            pass
        older = mongo_schema()
        del older["properties"]["paid"]
        older["properties"]["site"] = {"enum": ["36kr", "ithome", "weixin"]}
        older["required"] = [*older.get("required", []), "author"]
        database.command("collMod", "articles", validator={"$jsonSchema": older})
        of_then = {"validator": "of an older schema"} | ({"version": version} if version else {})
        database["meta"].update_one({"_id": "schema"}, {"$set": of_then})
        async with open_store(mongo_uri, "read") as store:
            assert await store.article("ithome:1") is None
        if version is None:
            assert validator_of(database) == {"$jsonSchema": older}, "who only reads changes nothing"
        async with open_store(mongo_uri, "write") as store:
            assert await store.save_articles([article(1), article(2, site="another", identity="another:2")]) == [
                SaveOutcome.NEW, SaveOutcome.NEW,
            ]  # fmt: skip
        assert validator_of(database) == {"$jsonSchema": mongo_schema()}


def validator_of(database: Any) -> Any:  # noqa: ANN401
    (articles,) = database.list_collections(filter={"name": "articles"})
    return articles["options"]["validator"]


# A server that is gone without a word.


async def test_a_server_that_falls_silent_is_away_after_a_while() -> None:
    """It takes connections and never answers, as one behind a firewall that forgets."""
    with socket.socket() as silent:
        silent.bind((HOST, 0))
        silent.listen()
        uri = f"mongodb://{HOST}:{silent.getsockname()[1]}/news"
        settings = ours(
            {"NEWSARCHIVE_MONGO_SELECTION_SECONDS": "0.3", "NEWSARCHIVE_MONGO_CONNECT_SECONDS": "0.2"}
        )
        with pytest.raises(StoreUnreachableError, match="does not answer"):
            await open_store(uri, settings=settings).open()
