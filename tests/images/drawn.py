"""Small pictures of all kinds, drawn for the tests."""

from __future__ import annotations

import io

from PIL import Image


def drawn(
    kind: str = "PNG", width: int = 40, height: int = 30, *, mode: str = "RGB", frames: int = 1
) -> bytes:
    """A picture with something on it, so that half of its bytes are not enough."""
    pictures = []
    for frame in range(frames):
        picture: Image.Image = Image.new("RGB", (width, height))
        picture.putdata(
            [((x * 7 + frame * 50) % 256, (x * 13) % 256, (x // 3) % 256) for x in range(width * height)]
        )
        picture = picture.convert(mode)
        if mode == "RGBA":
            picture.putalpha(120)
        pictures.append(picture)
    made = io.BytesIO()
    more = {"save_all": True, "append_images": pictures[1:]} if frames > 1 else {}
    pictures[0].save(made, kind, **more)
    return made.getvalue()
