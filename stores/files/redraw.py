"""Draws a picture again; run as a program of its own, never imported by the product.

Arguments: width, height, `cover` or `contain`, format of Pillow. The picture comes by
the standard input and leaves by the standard output, without metadata and turned as
its camera meant. Exits with 3 for what is no picture, with 4 for one whose pixels take
more than the limits.
"""

from __future__ import annotations

import io
import resource
import sys

from PIL import Image, ImageOps

MEMORY = 768 * 2**20
SECONDS = 10
MOST_PIXELS = 50_000_000
READS = ("JPEG", "PNG", "WEBP")
NO_PICTURE, TOO_LARGE = 3, 4


def main() -> int:
    """Limits come first: decoders are where a hostile picture would act."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    width, height, fit, form = int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:5]
    try:
        with Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=READS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                return TOO_LARGE
            opened.draft("RGB", (width * 2, height * 2))
            picture = ImageOps.exif_transpose(opened)
            has_alpha = "A" in picture.getbands() or "transparency" in picture.info
            picture = picture.convert("RGBA" if has_alpha else "RGB")
            if fit == "cover":
                picture = ImageOps.fit(picture, (width, height))
            else:
                picture.thumbnail((width, height))
            clean = Image.new(picture.mode, picture.size)
            clean.paste(picture)
    except (MemoryError, Image.DecompressionBombError):
        return TOO_LARGE
    except (OSError, SyntaxError, ValueError):
        return NO_PICTURE
    found = io.BytesIO()
    clean.save(found, format=form, quality=84)
    sys.stdout.buffer.write(found.getvalue())
    return 0


if __name__ == "__main__":
    sys.exit(main())
