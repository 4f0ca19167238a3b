"""Writes the WARC files of this folder, which tests/command/warc.rs reads, with warcio 1.8 and brotli 1.2.

    python tests/warc/make.py tests/warc
"""

import gzip
import io
import pathlib
import sys
import uuid

import brotli
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

DATE = "2024-05-17T06:30:00Z"
TEXT = "The ferry left the quay at noon, naïve as its crew were about the weather that was coming up from the south."
PAGE = f"<!DOCTYPE html><html lang=en><head><title>Ferry</title></head><body><p>{TEXT}</p></body></html>"
RUSSIAN = "Паром отошёл от причала в полдень, хотя с юга шла непогода, о которой на борту ещё никто не знал."


def chunked(body, size=50):
    chunks = [body[at:at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x;x=y\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"


class File:
    def __init__(self, path, compressed, version):
        self.out = open(path, "wb")
        self.writer = WARCWriter(self.out, gzip=compressed, warc_version=version)
        self.number = 0

    def put(self, kind, url, payload, status=None, fields=(), content_type=None, headers=None):
        self.number += 1
        stated = {"WARC-Record-ID": f"<urn:uuid:{uuid.UUID(int=self.number)}>", "WARC-Date": DATE, **(headers or {})}
        http = StatusAndHeaders(status, list(fields), protocol="HTTP/1.1") if status else None
        record = self.writer.create_warc_record(
            url, kind, payload=io.BytesIO(payload), http_headers=http, warc_headers_dict=stated,
            warc_content_type=content_type or "",
        )
        self.writer.write_record(record)

    def close(self):
        self.out.close()


def crawl(path, compressed, version):
    file = File(path, compressed, version)
    html = ("Content-Type", "text/html; charset=utf-8")
    page = PAGE.encode()
    site = "https://ferry.example/"
    file.put("warcinfo", None, b"software: make.py\r\n", content_type="application/warc-fields")
    file.put("request", site, b"GET / HTTP/1.1\r\nHost: ferry.example\r\n\r\n", content_type="application/http; msgtype=request")
    file.put("response", site + "plain", page, "200 OK", [html])
    file.put("response", site + "gzip", gzip.compress(page, mtime=0), "200 OK", [html, ("Content-Encoding", "gzip")])
    file.put("response", site + "br", brotli.compress(page), "200 OK", [html, ("Content-Encoding", "br")])
    file.put("response", site + "chunked", chunked(gzip.compress(page, mtime=0)), "200 OK",
             [html, ("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")])
    file.put("response", site + "decoded", page, "200 OK",
             [html, ("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")])
    file.put("response", site + "koi8", f"<!DOCTYPE html><p>{RUSSIAN}</p>".encode("koi8-r"), "200 OK",
             [("Content-Type", "Text/HTML;charset=\"KOI8-R\"")])
    file.put("response", site + "missing", page, "404 Not Found", [html])
    file.put("response", site + "moved", b"", "301 Moved Permanently", [html, ("Location", site)])
    file.put("response", site + "quay.png", b"\x89PNG\r\n\x1a\n" + bytes(64), "200 OK", [("Content-Type", "image/png")])
    file.put("response", site + "cut", page[:-60], "200 OK", [html], headers={"WARC-Truncated": "length"})
    file.put("response", "dns:ferry.example", b"20240517063000\r\nferry.example. 300 IN A 192.0.2.1\r\n",
             content_type="text/dns")
    file.put("revisit", site + "plain", b"", "200 OK", [html])
    file.put("resource", "file:///notes.txt", TEXT.encode(), content_type="text/plain")
    file.put("metadata", site, b"fetchTimeMs: 12\r\n", content_type="application/warc-fields")
    file.close()


def texts(path):
    file = File(path, True, "1.0")
    file.put("warcinfo", None, b"software: make.py\r\n", content_type="application/warc-fields")
    for language, text in (("eng", TEXT), ("rus,eng", RUSSIAN)):
        file.put("conversion", f"https://ferry.example/{language}", text.encode(), content_type="text/plain",
                 headers={"WARC-Identified-Content-Language": language, "WARC-Refers-To": f"<urn:uuid:{uuid.UUID(int=99)}>"})
    file.close()


folder = pathlib.Path(sys.argv[1])
crawl(folder / "crawl.warc", False, "1.0")
crawl(folder / "crawl.warc.gz", True, "1.1")
texts(folder / "texts.warc.wet.gz")
