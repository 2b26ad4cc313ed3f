"""What is let in, and that nothing of the file itself comes out again."""

import io
import struct
import zlib

import pytest
from PIL import Image, ImageCms

from xinglin.foundation.media import rules
from xinglin.foundation.media.rules import pictures
from xinglin.kernel.errors import Invalid, TooLarge

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PAGE = b"<!doctype html><script>alert(1)</script>"
GPS_TAG, ORIENTATION_TAG, MAKER = 0x8825, 0x0112, "Camera of Wang"


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def png_of(width: int, height: int) -> bytes:
    """A valid PNG of a few bytes that says it has so many pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_photo_of_a_known_kind_becomes_a_jpeg(photo, kind):
    made = pictures.render(photo(kind, (64, 32)))
    for content in (made.full, made.thumb):
        assert opened(content).format == "JPEG"
    assert (made.width, made.height) == opened(made.full).size == (64, 32)
    red, _, blue = opened(made.full).convert("RGB").getpixel((8, 16))
    assert red > 200
    assert blue < 60


def test_a_big_photo_is_made_smaller_in_both_sizes(photo):
    made = pictures.render(photo("JPEG", (4000, 3000)))
    assert opened(made.full).size == (2560, 1920)
    assert opened(made.thumb).size == (480, 360)


def test_a_small_photo_is_never_made_bigger(photo):
    assert opened(pictures.render(photo(size=(40, 20))).thumb).size == (40, 20)


def test_a_photo_is_turned_upright_and_loses_place_and_camera(photo):
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = 6  # taken with the phone on its side
    exif[0x010F] = MAKER
    exif.get_ifd(GPS_TAG)[1] = "N"
    uploaded = photo("JPEG", (64, 32), exif=exif, comment=b"of Wang")
    assert MAKER.encode() in uploaded
    made = pictures.render(uploaded)
    assert (made.width, made.height) == (32, 64)
    for content in (made.full, made.thumb):
        shown = opened(content)
        assert not shown.getexif()
        assert not {"exif", "comment", "icc_profile", "xmp", "photoshop"} & set(shown.info)
        assert b"Wang" not in content


def test_what_follows_the_picture_is_gone(photo):
    for kind in ("JPEG", "PNG", "WEBP"):
        made = pictures.render(photo(kind) + b"PK\x03\x04" + PAGE)
        assert b"script" not in made.full + made.thumb


def test_transparent_parts_are_white():
    out = io.BytesIO()
    Image.new("RGBA", (16, 16), (0, 0, 0, 0)).save(out, "PNG")
    assert opened(pictures.render(out.getvalue()).full).getpixel((8, 8)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "CMYK", "I;16"])
def test_every_mode_of_pixels_is_read(photo, mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    out = io.BytesIO()
    Image.new(mode, (16, 16)).save(out, kind)
    assert opened(pictures.render(out.getvalue()).full).mode == "RGB"


def test_a_photo_with_a_colour_profile_keeps_its_colours(photo):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    made = pictures.render(photo("PNG", (32, 32), icc_profile=profile))
    assert opened(made.full).getpixel((4, 4))[0] > 240
    broken = pictures.render(photo("PNG", (32, 32), icc_profile=b"no profile at all"))
    assert opened(broken.full).getpixel((4, 4))[0] > 240


@pytest.mark.parametrize(
    "content",
    [
        SVG,
        PAGE,
        b"",
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xe0" + PAGE,
        b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
        b"%PDF-1.7 " + bytes(300),
        b"MZ" + bytes(300),
        b"\x89PNG\r\n\x1a\n" + bytes(64),
        b"RIFF\x00\x00\x00\x00WEBPVP8 " + bytes(64),
        b"\x00\x00\x00\x18ftypheic" + bytes(64),
    ],
)
def test_what_is_no_such_picture_is_refused(content):
    with pytest.raises(Invalid) as caught:
        pictures.render(content)
    assert caught.value.code == "not_a_picture"


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "ICO"])
def test_other_kinds_of_pictures_are_refused(photo, kind):
    with pytest.raises(Invalid):
        pictures.render(photo(kind))


def test_a_picture_that_ends_early_is_refused(photo):
    whole = photo("PNG", (500, 500), compress_level=0)
    with pytest.raises(Invalid):
        pictures.render(whole[: len(whole) // 2])


@pytest.mark.parametrize("size", [(6_400, 6_300), (60_000, 60_000), (1, 2**31 - 1)])
def test_a_picture_that_would_unfold_to_too_many_pixels_is_refused_by_its_header(size):
    bomb = png_of(*size)
    assert len(bomb) < 200
    with pytest.raises(TooLarge):
        pictures.render(bomb)


def test_a_file_of_more_than_ten_megabytes_is_refused_unread():
    with pytest.raises(TooLarge) as caught:
        pictures.render(bytes(rules.MAX_BYTES["picture"] + 1))
    assert caught.value.code == "file_too_large"
