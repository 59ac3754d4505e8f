"""`scrapy crawl`: arguments checked before the first request, and an exit code that means something."""

from __future__ import annotations

import argparse
import logging

from scrapy.commands import crawl
from scrapy.exceptions import UsageError

from newsarchive.cli.crawl_jobs import begin_log, check_after, check_jobs, run_crawls, set_event_loop
from newsarchive.cli.output import complain
from newsarchive.errors import NewsarchiveError

logger = logging.getLogger(__name__)


class Command(crawl.Command):
    """Scrapy's command, with the checks and exit codes of `newsarchive crawl`. Scrapyd's jobs come this way too."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read the options, the last thing before Scrapy sets up its process."""
        super().process_options(args, opts)
        self.refused: NewsarchiveError | None = None
        if self.settings is not None:
            set_event_loop(self.settings)
            try:
                begin_log(self.settings)
            except NewsarchiveError as error:  # told by `run`
                self.refused = error

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl one site."""
        if len(args) != 1:
            raise UsageError("scrapy crawl takes the name of one site")
        settings, process = self.settings, self.crawler_process
        if settings is None or process is None:
            raise UsageError("scrapy crawl runs inside a project")
        try:
            if self.refused:
                raise self.refused
            check_jobs({args[0]: opts.spargs}, settings)
        except NewsarchiveError as error:
            complain(str(error))
            if settings["LOG_FILE"]:  # a Scrapyd job's log is all that its operator sees
                logger.error("%s", error)  # noqa: TRY400
            self.exitcode = error.exit_code
            return
        crawler = process.create_crawler(args[0])
        (outcome,) = run_crawls(process, {crawler: opts.spargs})
        check_after(settings)
        self.exitcode = outcome.exit_code
