"""Accounts that fall silent against their own rhythm. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsarchive.completeness.rhythm import silences
from newsarchive.items.article import Article


@dataclass(frozen=True, slots=True)
class SilentAccount:
    """An account of which nothing is held from `since` to `until`: its usual gap, and how sure (0 to 1) it is a silence."""

    account: str
    name: str
    since: datetime
    until: datetime
    usual: timedelta
    sure: float


def account_of(article: Article) -> tuple[str, str]:
    """The key and the name of the account that published an article; empty where its site has none."""
    said = article.attribution
    name = said.account or ""
    return said.account_id or name, name


def silent_accounts(
    published: Mapping[str, Sequence[datetime]],
    names: Mapping[str, str],
    since: datetime,
    until: datetime,
    newest: datetime | None,
) -> list[SilentAccount]:
    """The silences of accounts in a time, by when they published.

    One that lasts is measured by the `newest` article of the whole site: where nothing at all comes, no account is to blame.
    """
    if newest is None:
        return []
    seen = {account: [at for at in times if at <= newest] for account, times in published.items()}
    looks = sum(map(len, seen.values()))
    found = [
        SilentAccount(account, names[account], one.since, one.until, one.usual, one.sure)
        for account, times in seen.items()
        for one in silences(times, min(newest, until), looks)
        if one.since < until and one.until > since
    ]
    return sorted(found, key=lambda one: (one.since, one.account))
