"""Articles, their names and their revisions in the SQLite file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import UTC, datetime
from typing import Literal

from newsarchive.items.article import Article
from newsarchive.items.record import SiteName
from newsarchive.records.revision import Revision
from newsarchive.search.query import searched
from newsarchive.storage.contract import SaveOutcome
from newsarchive.storage.keys import words_key
from newsarchive.storage.merging import Change, change, distinct, names_of, rewriting, storable
from newsarchive.storage.reading import StoredArticle, damage
from newsarchive.storage.sqlite.connection import UNDATED
from newsarchive.storage.sqlite.file import time_text
from newsarchive.storage.sqlite.search import SqliteSearch
from newsarchive.storage.sqlite.story_links import SqliteStoryLinks
from newsarchive.storage.sqlite.tasks import SqliteTasks


class SqliteArticles(SqliteTasks, SqliteStoryLinks, SqliteSearch):
    """Articles; saving one unites the tasks of its names, ties it to those that may be one story with it, and lets it be found."""

    async def save_articles(self, articles: Sequence[Article]) -> list[SaveOutcome]:
        with self._writing():
            written: dict[str, tuple[Article, Article | None]] = {}
            made = [self._save_article(article, written) for article in articles]
            self._link_articles(written.values())
            if any(one.write or one.absorbed for one in made):
                self._new_change_token()
            return [one.outcome for one in made]

    def _save_article(self, given: Article, written: dict[str, tuple[Article, Article | None]]) -> Change:
        """Write an article; `written` are those of the transaction so far, each with what it was before."""
        new, document = storable(given)
        held = self._sharing_a_name(new)
        made = change(held, new, datetime.now(UTC))
        execute = self._connection.execute
        self._write_revisions(made.revisions)
        if made.write:
            if made.article is not new:
                _, document = storable(made.article)
            self._write_article(made.article, document)
        for identity in made.absorbed:
            execute("DELETE FROM articles WHERE identity = ?", (identity,))
            execute("UPDATE names SET identity = ? WHERE identity = ?", (made.article.identity, identity))
            self._forget_text(identity)
            self._forget_words(identity)
            written.pop(identity, None)
        if made.write:
            self._write_names(made.article)
            before = next((it for it in held if it.identity == made.article.identity), None)
            if before is None or searched(before) != searched(made.article):
                self._note_words(made.article.identity)
            _, first = written.pop(made.article.identity, (None, before))
            written[made.article.identity] = made.article, first
            self._unite_tasks(made.article.identity)
        return made

    async def rewrite_articles(self, rewritten: Sequence[tuple[Article, Article]]) -> list[bool]:
        with self._writing():
            done = [self._rewrite(held, *storable(new)) for held, new in rewritten]
            self._new_change_token()
            return done

    def _rewrite(self, held: Article, new: Article, document: str) -> bool:
        found = self._records(
            Article, "SELECT identity, document FROM articles WHERE identity = ?", held.identity
        )
        if found != [held]:
            return found == [new]
        made = rewriting(held, new, datetime.now(UTC))
        self._write_revisions(made.revisions)
        self._write_article(new, document)
        self._write_names(new)
        self._link_articles([(new, held)])
        if searched(held) != searched(new):
            self._note_words(new.identity)
        return True

    def _write_revisions(
        self, revisions: Sequence[Revision], of_the_same: Literal["IGNORE", "REPLACE"] = "IGNORE"
    ) -> None:
        self._connection.executemany(
            f"INSERT OR {of_the_same} INTO revisions (identity, words, document, replaced_at) VALUES (?, ?, ?, ?)",  # noqa: S608
            [
                (it.identity, words_key(it), it.model_dump_json(), time_text(it.replaced_at, "milliseconds"))
                for it in revisions
            ],
        )

    def _sharing_a_name(self, article: Article) -> list[Article]:
        names = names_of(article)
        places = ", ".join("?" * len(names))
        rows = self._rows(f"SELECT identity FROM names WHERE name IN ({places})", *names)  # noqa: S608 - of ours
        identities = {identity for (identity,) in rows}
        query = "SELECT identity, document FROM articles WHERE identity = ?"
        return [held for identity in identities for held in self._records(Article, query, identity)]

    def _write_article(self, article: Article, document: str) -> None:
        published = time_text(article.published_at) if article.published_at else UNDATED
        self._connection.execute(
            "INSERT OR REPLACE INTO articles (identity, site, kind, published_at, text_hash, document)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (article.identity, article.site, article.kind, published, article.text_hash, document),
        )

    def _write_names(self, article: Article) -> None:
        """Identity and canonical URL belong to the article, an alias to the first that claimed it."""
        own = {article.identity, article.url}
        self._connection.executemany(
            "INSERT INTO names (name, identity) VALUES (?1, ?2)"
            " ON CONFLICT (name) DO UPDATE SET identity = excluded.identity WHERE ?3",
            [(name, article.identity, name in own) for name in names_of(article)],
        )

    async def stored_article(self, name: str) -> StoredArticle | None:
        rows = self._rows(
            "SELECT published_at, identity, document FROM names JOIN articles USING (identity) WHERE name = ?",
            name,
        )
        return self._stored(*rows[0]) if rows else None

    def _stored(self, published_at: str, identity: str, document: str) -> StoredArticle:
        with damage(f"the article {identity}", self._place):
            at = None if published_at == UNDATED else datetime.fromisoformat(published_at)
        return StoredArticle(str(identity), at, document, self._place)

    async def known(self, names: Collection[str]) -> set[str]:
        return {name for name in names if self._rows("SELECT 1 FROM names WHERE name = ?", name)}

    async def stored_articles(
        self, *, site: SiteName | None = None, since: datetime | None = None, until: datetime | None = None
    ) -> AsyncIterator[StoredArticle]:
        limit = time_text(until) if until else UNDATED if since else "~"
        rows = self._page_rows(
            "SELECT published_at, identity, document FROM articles"
            " WHERE (published_at, identity) > (?, ?) AND published_at < ? AND (? IS NULL OR site = ?)"
            " ORDER BY published_at, identity LIMIT ?",
            time_text(since) if since else "",
            (limit, site, site),
        )
        async for row in rows:
            yield self._stored(*row)

    async def with_text(self, text_hash: str) -> list[str]:
        rows = self._rows(
            "SELECT identity FROM articles WHERE text_hash = ? ORDER BY published_at, identity", text_hash
        )
        return [identity for (identity,) in rows if text_hash]

    async def revisions(self, name: str) -> list[Revision]:
        article = await self.article(name)
        if article is None:
            return []
        query = "SELECT identity, document FROM revisions WHERE identity = ?"
        found = [one for name in names_of(article) for one in self._records(Revision, query, name)]
        return distinct(article.identity, found)

    async def changed(self, since: datetime | None = None, until: datetime | None = None) -> list[str]:
        rows = self._rows(
            "SELECT identity FROM revisions WHERE replaced_at >= ? AND replaced_at < ?"
            " GROUP BY identity ORDER BY min(replaced_at), identity",
            time_text(since, "milliseconds") if since else "",
            time_text(until, "milliseconds") if until else "~",
        )
        return [identity for (identity,) in rows]
