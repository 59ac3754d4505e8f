"""Taking a page apart into markup and scripts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsarchive.sites.weixin.scripts import take_apart

PIECES = st.sampled_from(
    ["<script>", "</script>", "<style>", "</style>", "<!--", "-->", "<p>", "</p>", "a<b", "x", "<", ">", "\n"]
)


def codes(page: str) -> list[str]:
    content = page.encode()
    return [content[script.start : script.end].decode() for script in take_apart(content)[1]]


def test_scripts_and_styles_are_emptied_and_their_tags_stay() -> None:
    page = '<style>p{}</style><p id="a">x</p><script type="t">var a = 1 < 2;</script><p>y</p>'
    markup, scripts = take_apart(page.encode())
    assert markup == b'<style></style><p id="a">x</p><script type="t"></script><p>y</p>'
    assert codes(page) == ["var a = 1 < 2;"]
    assert markup[scripts[0].place :].startswith(b"</script>")


def test_a_script_in_a_comment_does_not_swallow_what_follows() -> None:
    page = '<!-- <script src="old.js"> --><div id="js_content">x</div><script>var ct = 1;</script>'
    markup, _ = take_apart(page.encode())
    assert b'id="js_content"' in markup
    assert codes(page) == ["var ct = 1;"]


def test_a_script_that_looks_like_a_comment_or_a_style_ends_where_it_ends() -> None:
    assert codes("<script><!-- a --></script><script>'<style>'</script><p>") == ["<!-- a -->", "'<style>'"]


def test_a_script_without_an_end_goes_to_the_end_of_the_page() -> None:
    assert codes("<p>x</p><script>var a") == ["var a"]


@given(st.lists(PIECES, max_size=30))
def test_nothing_is_lost(pieces: list[str]) -> None:
    content = "".join(pieces).encode()
    markup, scripts = take_apart(content)
    taken = sum(script.end - script.start for script in scripts)
    assert len(markup) + taken <= len(content)
    if "<style>" not in pieces:
        put_back, done = b"", 0
        for script in scripts:
            put_back += markup[done : script.place] + content[script.start : script.end]
            done = script.place
        assert put_back + markup[done:] == content


def test_comments_without_an_end_hide_nothing() -> None:
    markup, scripts = take_apart(b"<!-- a <script>1</script><!-- b <style>2</style><script>3</script>")
    assert markup == b"<!-- a <script></script><!-- b <style></style><script></script>"
    assert len(scripts) == 2
