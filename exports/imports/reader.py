"""Reads a Markdown archive: in the form of an example, in the first family that recognises it, or in a known form."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.resources import files

from exports.formats.archive import Archive, Family, FamilyName
from exports.formats.segments import key_of_url
from exports.imports import outline
from exports.imports.families import FAMILIES, IN_ORDER
from exports.imports.form import Form
from exports.imports.sentences import addresses
from newsarchive.errors import UnreadableMarkdownError
from newsarchive.markdown.document import Document

POSTS = "daily"
"""The format as which files of a form are taken."""
_PLACES_SHOWN = 100


@cache
def known_forms() -> tuple[Form, ...]:
    """The forms that come with the program, one an example file (`exports/imports/forms/`)."""
    found = sorted(
        (it for it in files("exports.imports").joinpath("forms").iterdir() if it.name.endswith(".md")),
        key=lambda it: it.name,
    )
    return tuple(Form.parse(it.read_text(encoding="utf-8"), it.name.removesuffix(".md")) for it in found)


def family_of(name: FamilyName) -> Family:
    """The family of a name; a form's files are posts of a day."""
    form = Family(name, 0, lambda _: False, lambda it: Archive(name, it.text), taken_as=POSTS)
    return FAMILIES.get(name, form)


def read_archive(text: str, name: str = "", form: Form | None = None) -> Archive:
    """Read a Markdown archive; `name` is the file's name or path (some layouts have their date only there).

    With a `form` it is read in that form alone. Raises UnreadableMarkdownError for a file that is none of the families and
    has none of the forms, and nothing else.
    """
    document = Document(text, name)
    if form:
        if archive := outline.read(document, [form]):
            return replace(archive, form=form.source)
        raise UnreadableMarkdownError(
            f"{name or 'the text'} has no story in the form of {form.name}; {_links_of(document)};"
            " see docs/formats.md for how an example is written"
        )
    family = next((it for it in IN_ORDER if it.recognise(document)), None)
    archive = family.read(document) if family else None
    if archive is None or family is None or _is_doubtful(archive, family, document):
        other = outline.read(document, known_forms())
        if other and (archive is None or _says_more(other, archive, document)):
            if outline.fits(document, other):
                return other
            raise UnreadableMarkdownError(
                f"{name or 'the text'} has stories ({other.family}), but more links that are in none of them;"
                f" {_links_of(document)};"
                " an example of how its stories are written reads them alone (--form, docs/formats.md)"
            )
    if archive:
        return archive
    first = next((line.text.strip()[:60] for line in document.lines if line.text.strip()), "")
    raise UnreadableMarkdownError(
        f"{name or 'the text'} is none of the Markdown archive formats that can be read"
        f" (its first line is {first!r}); {_links_of(document)};"
        " see docs/formats.md for the formats, and how an example of your own is written (--form);"
        " check that the right file was named"
    )


def _links_of(document: Document) -> str:
    """What is said of the links of a file that is refused: each is named by its line, the first ones of many."""
    found = [line.number for line in document.lines for _ in addresses(line.text)]
    places = [str(number) for number in dict.fromkeys(found)]
    if not places:
        return "there is no link in it"
    more = " …" if len(places) > _PLACES_SHOWN else ""
    return f"links not taken: {len(found)} (lines {', '.join(places[:_PLACES_SHOWN])}{more})"


def read_again(text: str, name: str, family: FamilyName, example: str) -> Archive:
    """Read a file as what it was imported as, though it has become another; `example` is the editor's own form, if it was one.

    Raises UnreadableMarkdownError.
    """
    if example:
        return read_archive(text, name, Form.parse(example, family))
    form = next((it for it in known_forms() if it.name == family), None)
    again = outline.read(Document(text, name), known_forms(), form) if form else None
    return again or read_archive(text, name)


def _is_doubtful(archive: Archive, family: Family, document: Document) -> bool:
    """Whether a file may be another thing: its marks are common, most stories have no links, or its days have none."""
    few = bool(archive.items) and not family.links_apart and 2 * _linked(archive, document) < archive.count
    empty = archive.count == 0 and bool(archive.days or not family.taken_as)
    return family.loose or few or empty


def _says_more(other: Archive, archive: Archive, document: Document) -> bool:
    """Whether a reading has more stories with links, or as many and a place for lines that the other does not understand."""
    one, two = _linked(other, document), _linked(archive, document)
    return one > two or (one == two and bool(archive.not_understood))


def _linked(archive: Archive, document: Document) -> int:
    """How many stories of an archive have a link; rows of a list of sources are none."""
    lines = document.structure
    aside = {lines[place].number for place in outline.places_aside(lines)}
    return len({key_of_url(item.url) for item in archive.items if item.url and item.line not in aside})
