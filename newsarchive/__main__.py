"""`python -m newsarchive`: the command from a checkout, where it is not installed (beside Scrapyd, docs/scrapyd.md)."""

from newsarchive.cli import main

if __name__ == "__main__":
    main()
