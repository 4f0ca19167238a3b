#!/usr/bin/env python3
"""Stands in for the program in bench/lines.py and bench/pages.py: each text is cleaned with weights that have not seen its
site.

    FOLDS=/tmp/lines PROGRAM=target/release/scutch SCUTCH=rules/models/by_folds.py python3 ../shared/bench/lines.py
    FOLDS=/tmp/blocks PROGRAM=target/release/scutch SCUTCH=rules/models/by_folds.py python3 ../shared/bench/pages.py

FOLDS is the work folder of train_lines.py or train_blocks.py. Records of lines-dev must come in their order.
"""
import json, os, subprocess, sys, tempfile
from pathlib import Path

folder, program = Path(os.environ["FOLDS"]).resolve(), os.environ.get("PROGRAM", "target/release/scutch")
folds = json.loads((folder / "folds.json").read_text())
records = sys.stdin.buffer.read().splitlines(keepends=True)
of_pages = isinstance(folds, dict)
setting = "[extract]\nblock-model" if of_pages else "[rules]\nline-model"
if of_pages:
    folds = [folds.get(json.loads(record)["url"], 0) for record in records]
if len(records) != len(folds):
    sys.exit(f"{len(records)} records for {len(folds)} of lines-dev")
results = [b""] * len(records)
for fold in sorted(set(folds)):
    of_fold = [i for i, own in enumerate(folds) if own == fold]
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as configuration:
        configuration.write(f"{setting} = {json.dumps(str(folder / f'fold{fold}.json'))}\n")
        configuration.flush()
        command = [program, *sys.argv[1:], "--config", configuration.name]
        done = subprocess.run(command, input=b"".join(records[i] for i in of_fold), stdout=subprocess.PIPE)
    if done.returncode not in (0, 1):
        sys.exit(done.returncode)
    for i, line in zip(of_fold, done.stdout.splitlines(keepends=True)):
        results[i] = line
sys.stdout.buffer.write(b"".join(results))
