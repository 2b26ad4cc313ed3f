"""What a picture may be, and what is made of it: pure, over bytes."""

import io
import warnings
from dataclasses import dataclass

import filetype
import pillow_heif
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from xinglin.foundation.media import rules
from xinglin.foundation.media.types import Size
from xinglin.kernel.errors import FieldError, Invalid, TooLarge
from xinglin.kernel.text import Text

MAX_PIXELS = 40_000_000
LONGEST_SIDE: dict[Size, int] = {"full": 2560, "thumb": 480}
_QUALITY: dict[Size, int] = {"full": 85, "thumb": 75}
# By content, never by name: what `filetype` calls it -> what Pillow may open it as.
_KINDS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WEBP",
    "image/heic": "HEIF",
    "image/heif": "HEIF",
}

TOO_MANY_PIXELS = Text(
    "图片尺寸过大（最多4000万像素），请缩小后再上传。",
    "The picture has too many pixels (40 million at most); please make it smaller.",
)
NO_PICTURE = Text(
    "无法识别这张图片，请上传JPG、PNG、WebP或HEIC格式的照片。",
    "This is no picture that we can read; please choose a JPEG, PNG, WebP or HEIC photo.",
)

pillow_heif.register_heif_opener(thumbnails=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """JPEG bytes of both sizes; width and height are those of `full`."""

    full: bytes
    thumb: bytes
    width: int
    height: int


def render(uploaded: bytes) -> Rendered:
    """Decode and encode anew, upright, without metadata: nothing of the file itself is kept.

    Raises:
        TooLarge: more bytes or pixels than are decoded here.
        Invalid: not one of the four kinds, or broken.
    """
    if len(uploaded) > rules.MAX_BYTES["picture"]:
        raise TooLarge("file_too_large", rules.TOO_BIG["picture"])
    kind = filetype.guess_mime(uploaded[:512])
    if kind not in _KINDS:
        raise _no_picture()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of oddities in files that it can read
            with Image.open(io.BytesIO(uploaded), formats=[_KINDS[kind]]) as picture:
                # Before a single pixel is decoded: the size stands in the header.
                if picture.width * picture.height > MAX_PIXELS:
                    raise TooLarge("too_many_pixels", TOO_MANY_PIXELS)
                return _rendered(picture)
    except Image.DecompressionBombError as error:
        raise TooLarge("too_many_pixels", TOO_MANY_PIXELS) from error
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        MemoryError,
    ) as error:
        raise _no_picture() from error


def _rendered(picture: Image.Image) -> Rendered:
    side = LONGEST_SIDE["full"]
    if picture.format == "JPEG":
        picture.draft("RGB", (side, side))  # a big photo is decoded at half or quarter size
    profile = picture.info.get("icc_profile")
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    smaller = picture if picture.mode == mode else picture.convert(mode)
    smaller.thumbnail((side, side), Image.Resampling.LANCZOS)
    upright = _in_srgb(_on_white(ImageOps.exif_transpose(smaller)), profile)
    width, height = upright.size
    full = _jpeg(upright, "full")
    upright.thumbnail((LONGEST_SIDE["thumb"],) * 2, Image.Resampling.LANCZOS)
    return Rendered(full=full, thumb=_jpeg(upright, "thumb"), width=width, height=height)


def _on_white(picture: Image.Image) -> Image.Image:
    """What was transparent becomes white, since JPEG knows no transparency."""
    if picture.mode == "RGB":
        return picture
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """A phone's wide colours, as every screen shows them: a rash must not change its red."""
    if not profile:
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        into = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(picture, source, into) or picture
    except (ImageCms.PyCMSError, OSError):
        return picture


def _jpeg(picture: Image.Image, size: Size) -> bytes:
    """A fresh image has no `info`, so that no profile, comment or EXIF comes along."""
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=_QUALITY[size], optimize=True)
    return out.getvalue()


def _no_picture() -> Invalid:
    return Invalid(FieldError("file", NO_PICTURE), code="not_a_picture", text=NO_PICTURE)
