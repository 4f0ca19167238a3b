#!/bin/sh
# The whole program over one large WARC, and its reader alone beside fastwarc.
#
#   benches/warc.sh [MEGABYTES] [PYTHON]      (default: 1000 python3; needs the packages warcio and fastwarc)
#
# Not part of the tests. Checks that `ingest` counts what benches/write_warc.py says it wrote, that `verify` holds, and
# prints wall-clock time, CPU time and peak memory. The reader alone is `ingest` with a filter that takes out everything.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
megabytes=${1:-1000}
python=${2:-python3}
scutch=${SCUTCH:-$here/../target/release/scutch}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

"$python" "$here/write_warc.py" crawl.warc.gz "$megabytes" > expected.json
ls -l crawl.warc.gz | awk '{print "compressed bytes:", $5}'

measure='%e s wall-clock, %U + %S s CPU (%P), peak %M KB'
/usr/bin/time -f "ingest: $measure" "$scutch" ingest crawl.warc.gz -o out -q || [ $? -eq 1 ]
/usr/bin/time -f "verify: $measure" "$scutch" verify out --raw crawl.warc.gz
"$python" - <<'END'
import json
expected = json.load(open("expected.json"))
found = json.load(open("out/manifest.json"))
passed = {kind: entry["documents"] for kind, entry in found["passed_over"].items()}
seen = {"kept": found["kept"]["documents"], "failed": found["failed"]["documents"], **found["reasons"], **passed}
for kind in sorted(set(expected) - {"bytes"} | set(seen)):
    print(f"  {kind:<14} written {expected.get(kind, 0):>7}  counted {seen.get(kind, 0):>7}")
END

printf '[filter]\nurls = ["none"]\n' > scutch.toml
/usr/bin/time -f "reader of scutch: $measure" "$scutch" ingest crawl.warc.gz -o none -q || [ $? -eq 1 ]
"$python" "$here/write_warc.py" whole.warc.gz "$megabytes" --broken 0 > expected.json
/usr/bin/time -f "reader of scutch, nothing broken: $measure" "$scutch" ingest whole.warc.gz -o none -q --overwrite
/usr/bin/time -f "fastwarc: $measure" "$python" -c '
from fastwarc.warc import ArchiveIterator
count = 0
for record in ArchiveIterator(open("whole.warc.gz", "rb"), parse_http=True):
    record.reader.read()
    count += 1
print("records:", count)'
