"""Writes a WARC like those of crawls, with the warcio library, for `benches/warc.sh`.

    python benches/write_warc.py FILE.warc.gz MEGABYTES [--broken SHARE] [--seed N]

MEGABYTES are those of the records before compression. Page sizes are log-normal (median 40 KB, one in a hundred over
400 KB), as are those of crawls; texts are sentences of rules/gold/en.txt in the markup of a page. Of the responses, 10 %
are pictures and 8 % have another status than 200. Each has a request and a metadata record beside it. SHARE of the
responses (default 0.01) are broken after they were written: a byte of the compressed data is wrong, its end is missing,
or the length in the head is. Prints what `scutch ingest` must count, as JSON.
"""

import argparse
import collections
import gzip
import io
import json
import pathlib
import random

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

SENTENCES = (pathlib.Path(__file__).parent / "../rules/gold/en.txt").read_text().split("\n")
SENTENCES = [line for line in SENTENCES if len(line) > 60]
# Codings of the bodies, as often as crawls have them.
CODINGS = ["", "", "", "gzip", "chunked", "chunked gzip"]


def page(rng, size):
    parts = ["<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>", rng.choice(SENTENCES)[:60], "</title>",
             "<style>.a{margin:0}</style></head><body><nav><ul>"]
    parts += [f'<li><a href="/section/{n}">Section {n}</a></li>' for n in range(20)]
    parts.append("</ul></nav><article>")
    length = sum(map(len, parts))
    while length < size:
        text = " ".join(rng.choice(SENTENCES) for _ in range(rng.randint(2, 6)))
        part = f'<p class="text-{rng.randint(0, 9)}">{text}</p>\n<div class="ad" data-id="{rng.getrandbits(64):x}"></div>\n'
        parts.append(part)
        length += len(part)
    parts.append("</article><footer>All rights reserved.</footer></body></html>")
    return "".join(parts).encode()


def coded(body, coding):
    headers = []
    if "gzip" in coding:
        body = gzip.compress(body, 6, mtime=0)
        headers.append(("Content-Encoding", "gzip"))
    if "chunked" in coding:
        chunks = [body[at:at + 8192] for at in range(0, len(body), 8192)]
        body = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
        headers.append(("Transfer-Encoding", "chunked"))
    return body, headers


def broken(member, rng):
    """The compressed record with damage of one kind."""
    kind = rng.randrange(3)
    if kind == 0:
        at = rng.randrange(20, len(member) - 10)
        return member[:at] + bytes([member[at] ^ 0xFF]) + member[at + 1:]
    if kind == 1:
        return member[: rng.randrange(30, len(member) - 1)]
    record = gzip.decompress(member)
    length = record.split(b"Content-Length: ", 1)[1].split(b"\r\n", 1)[0]
    wrong = str(int(length) + rng.choice([-50, 50, 5000])).encode()
    return gzip.compress(record.replace(b"Content-Length: " + length, b"Content-Length: " + wrong, 1), 6, mtime=0)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("megabytes", type=float)
    parser.add_argument("--broken", type=float, default=0.01)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    counts = collections.Counter()
    written = 0
    with open(arguments.file, "wb") as out:
        def put(kind, url, payload, headers, **more):
            nonlocal written
            buffer = io.BytesIO()
            writer = WARCWriter(buffer, gzip=True, warc_version="1.1")
            record = writer.create_warc_record(url, kind, payload=io.BytesIO(payload), http_headers=headers, **more)
            writer.write_record(record)
            written += len(payload) + 500
            return buffer.getvalue()

        buffer = io.BytesIO()
        writer = WARCWriter(buffer, gzip=True, warc_version="1.1")
        writer.write_record(writer.create_warcinfo_record("corpus.warc.gz", {"software": "write_warc.py"}))
        out.write(buffer.getvalue())
        counts["warcinfo"] += 1
        number = 0
        while written < arguments.megabytes * 1e6:
            number += 1
            url = f"https://site-{number % 97}.example/page/{number}"
            request = StatusAndHeaders(f"GET /page/{number} HTTP/1.1", [("Host", "site.example")], is_http_request=True)
            out.write(put("request", url, b"", request))
            counts["request"] += 1
            draw = rng.random()
            size = int(min(rng.lognormvariate(10.6, 1.0), 4e6))
            if draw < 0.1:
                kind, status, mime, body, headers = "input.mime", "200 OK", "image/jpeg", rng.randbytes(size // 4), []
            else:
                body, headers = coded(page(rng, size), rng.choice(CODINGS))
                mime = "text/html; charset=UTF-8"
                kind, status = ("input.status", "404 Not Found") if draw < 0.18 else ("kept", "200 OK")
            http = StatusAndHeaders(status, [("Content-Type", mime), *headers], protocol="HTTP/1.1")
            member = put("response", url, body, http)
            if rng.random() < arguments.broken:
                member, kind = broken(member, rng), "failed"
            out.write(member)
            counts[kind] += 1
            out.write(put("metadata", url, b"fetchTimeMs: 17\r\n", None, warc_content_type="application/warc-fields"))
            counts["metadata"] += 1
    print(json.dumps({"bytes": written, **counts}))


if __name__ == "__main__":
    main()
