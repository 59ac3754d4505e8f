"""`newsarchive export`: ways out of the store, each imported when it is called."""

from __future__ import annotations

from exports.formats import FORMATS
from newsarchive.cli.tree import tree

app = tree(
    {
        **{name: "export_pages:COMMANDS" for name, of in FORMATS.items() if not of.chooses},
        "atom": "export_feeds:atom",
        "corrections": "export_notices:corrections",
        "epub": "export_feeds:epub",
        "gone": "export_notices:gone",
        "jsonl": "export_records:jsonl",
        "mail": "export_paste:mail",
        "parquet": "export_records:parquet",
        "text": "export_paste:text",
        "wacz": "export_wacz:wacz",
        "wechat": "export_paste:wechat",
    },
    help="Write Markdown archives from the store.",
    no_args_is_help=True,
)
