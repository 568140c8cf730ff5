"""What a file is, by its first bytes; names do not count."""

from __future__ import annotations

from docbin.io.names import Name, unreadable

HEAD = 1024

_KNOWN = (
    (b"\x89PNG", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"II+\0", "tiff"),
    (b"MM\0+", "tiff"),
    (b"\0\0\0\x0cjP  ", "jpeg2000"),
    (b"\xff\x4f\xff\x51", "jpeg2000"),
    (b"BM", "bmp"),
)
# Recognised to say so: what people do try.
_FOREIGN = (
    (b"GIF8", "a GIF picture"),
    (b"AT&TFORM", "a DjVu document"),
    (b"\x97JB2", "a JBIG2 picture"),
    (b"8BPS", "a Photoshop document"),
    (b"\x76\x2f\x31\x01", "an OpenEXR picture"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"<", "a web page or XML document"),
    (b"P7\n", "a PAM picture"),
    (b"PF\n", "a PFM picture"),
)


def sniff(head: bytes, name: Name) -> str:
    """Return the format of a file that starts with ``head``.

    Raises
    ------
    InputError
        If it is empty or of no format that docbin reads.
    """
    if not head:
        raise unreadable(name, "it is empty")
    for magic, kind in _KNOWN:
        if head.startswith(magic):
            return kind
    if head[:1] == b"P" and head[1:2] in b"123456" and head[2:3] in b" \t\r\n#" and head[2:3]:
        return "pnm"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    if b"%PDF-" in head:
        return "pdf"
    raise unreadable(
        name,
        f"it {_guess(head)}; docbin reads PNG, JPEG, TIFF, PNM, WebP, JPEG 2000, BMP and PDF",
    )


def _guess(head: bytes) -> str:
    if head[4:8] == b"ftyp":
        return "is a HEIF or AVIF picture or a film"
    for magic, kind in _FOREIGN:
        if head.startswith(magic):
            return f"is {kind}"
    return "has no picture format that is known"
