"""The connection to a MongoDB: what the URI says, and what the settings say where it does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

from newsarchive.errors import BadValueError

_OF_SETTINGS = {
    "maxPoolSize": ("NEWSARCHIVE_MONGO_POOL", 1),
    "serverSelectionTimeoutMS": ("NEWSARCHIVE_MONGO_SELECTION_SECONDS", 1000),
    "connectTimeoutMS": ("NEWSARCHIVE_MONGO_CONNECT_SECONDS", 1000),
    "socketTimeoutMS": ("NEWSARCHIVE_MONGO_ANSWER_SECONDS", 1000),
}
"""Options of the URI, each with the setting that stands for it where it is not there, and its milliseconds, if it is a time."""


def client_of(uri: str, settings: Mapping[Any, Any]) -> AsyncMongoClient[dict[str, Any]]:
    """A client that is not connected yet. Raises BadValueError, which never repeats the URI.

    What is written is acknowledged by a majority of a replica set, so that no failover takes it back; what is read comes from
    the primary, as a crawl reads what it has just written.
    """
    given = given_options(uri)
    if given.get("w") == "0":
        raise BadValueError(
            "the store's mongodb:// URI has w=0, by which nobody would learn what was not written: leave w out"
        )
    options: dict[str, Any] = {"tz_aware": True, "readPreference": "primary"}
    for option, (setting, factor) in _OF_SETTINGS.items():
        if option.lower() not in given:
            options[option] = int(settings[setting] * factor)
    if "w" not in given:
        options["w"] = "majority"
    if "appname" not in given:
        options["appname"] = "newsarchive"
    try:
        return AsyncMongoClient(uri, **options)
    except (PyMongoError, ValueError):
        raise BadValueError(
            "the store's mongodb:// URI cannot be read: check host, port, database and options, and that user"
            " and password are percent-encoded"
        ) from None


def given_options(uri: str) -> dict[str, str]:
    """The options of a URI, their names in small letters; none where it cannot be taken apart."""
    try:
        return {name.lower(): value for name, value in parse_qsl(urlsplit(uri).query)}
    except ValueError:
        return {}


def place_of(uri: str) -> str:
    """What a server is called in messages: its hosts, without user, password and options."""
    try:
        return f"the MongoDB server {urlsplit(uri).netloc.rpartition('@')[2]}"
    except ValueError:
        return "the store's MongoDB server"
