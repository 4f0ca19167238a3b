"""Every usual loader reads documents/ and changes/ alike: same rows, same types, no nulls.

Run with SCUTCH naming the program: python -m unittest discover tests/python
"""

import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

# Loaders ask the network for updates and count their users unless told not to.
os.environ.update(HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1", DO_NOT_TRACK="1")

import datasets  # noqa: E402
import duckdb  # noqa: E402
import polars  # noqa: E402
import pyarrow as pa  # noqa: E402
import pyarrow.json  # noqa: E402
from datatrove.pipeline.readers import JsonlReader  # noqa: E402

SCUTCH = os.environ.get("SCUTCH", str(Path(__file__).resolve().parents[2] / "target/debug/scutch"))

TIMESTAMP = "2016-06-30T07:34:00.000Z"
DATE_LINE = "Thursday 30 June 2016 - 07:34"
ARTICLE = "The harbor master said on Monday that the talks about the tugs go on, and that nobody has left the table."

COUNTS = {"raw_record", "raw_offset", "raw_length", "raw_malformed", "http_status"}
COUNTS |= {"chars_raw", "chars_out", "n_edits", "chars_removed"}
CHANGE_COUNTS = {"seq", "raw_start", "raw_end", "text_start", "text_end"}
# Columns of decimals.
REALS = {"raw_encoding_score", "lang_score"}
CHANGE_REALS = {"score"}


def texts():
    """Raw texts by file: few changes, many, none, dates, other scripts, and a record that is dropped."""
    yield "000-plain.txt", ARTICLE
    yield "001-furniture.txt", f"Share\n\n{ARTICLE}\n\nAdvertisement\n\nIt\u00e2\u20ac\u2122s  late.\n"
    yield "002-dated.txt", f"{DATE_LINE}\n\nPort, pilots to resume talks: union chief\n\n{ARTICLE}\n"
    yield "003-cyrillic.txt", "Переговоры продолжаются,  сообщили в министерстве в понедельник. " * 3
    yield "004-emoji.txt", "Naïve “quotes”, 漢字, עברית, 😀\u200d👩 and  \u00a0 spaces."
    yield "005-empty.txt", ""
    for n in range(6, 40):
        yield f"{n:03}-more.txt", f"{ARTICLE}\n\nNumber  {n}.\n"


class Loaders(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        root = Path(cls.temporary.name)
        os.environ["HF_HOME"] = str(root / "cache")
        raw = root / "raw"
        raw.mkdir()
        for name, text in texts():
            (raw / name).write_text(text, encoding="utf-8")
        records = [{"id": f"own-{n}", "url": f"https://a.example/{n}", "text": f"{ARTICLE}  {n}"} for n in range(5)]
        (raw / "040.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
        subprocess.run([SCUTCH, "ingest", str(raw), "-o", str(root / "clean"), "--quiet"], check=True)
        cls.lines, cls.orders = {}, {}
        for part in ("documents", "changes"):
            lines = (root / "clean" / part / "part-00000.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
            # The rows that lack most come alone in one shard: a loader that guesses types there guesses wrong.
            half = 2 if part == "documents" else len(lines) // 2
            # A shard in which every date is there, which looks like a column of timestamps.
            dated = [line for line in lines if f'"created":"{TIMESTAMP}"' in line] or lines[:1]
            others = [line for line in lines if line not in dated]
            shards_of = {
                "forward": (lines[:half], lines[half:]),
                "backward": (lines[half:], lines[:half]),
                "dated-first": (dated, others),
                "dated-last": (others, dated),
            }
            for order, shards in shards_of.items():
                folder = root / order / part
                folder.mkdir(parents=True)
                for number, shard in enumerate(shards):
                    (folder / f"part-{number:05}.jsonl").write_text("".join(shard), encoding="utf-8")
                cls.orders[part, order] = sorted(str(path) for path in folder.glob("*.jsonl"))
            cls.lines[part] = [json.loads(line) for line in lines]

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def check_each(self, check):
        """Runs a check on each part, with its files in each order."""
        for (part, order), files in self.orders.items():
            with self.subTest(part=part, order=order):
                check(part, files)

    def assert_rows(self, part, rows):
        """The rows are those that were written, in whatever order the shards had."""
        key = (lambda row: row["id"]) if part == "documents" else (lambda row: (row["id"], row["seq"]))
        self.assertEqual(sorted(rows, key=key), sorted(self.lines[part], key=key))

    def test_rows_have_one_shape(self):
        documents, changes = self.lines["documents"], self.lines["changes"]
        self.assertEqual(len(documents), 44)
        self.assertGreater(len(changes), 40)
        for rows, nested in ((documents, "metadata"), (changes, None)):
            for row in rows:
                self.assertEqual(list(row), list(rows[0]))
                if nested:
                    self.assertEqual(list(row[nested]), list(rows[0][nested]))
                flat = {**row, **row.get("metadata", {})}
                flat.pop("metadata", None)
                self.assertTrue(all(type(value) in (str, int, float) for value in flat.values()), row)
                self.assertFalse(set(row) & set(row.get("metadata", {})), "a key stands on both levels")
                for name, value in flat.items():
                    self.assertIs(type(value), self.expected_type(name, nested), name)
        self.assertTrue(all(row["text"] for row in documents), "datatrove skips empty texts")
        dated = {row["id"] for row in documents if row["created"]}
        self.assertIn("002-dated.txt", dated)
        self.assertLess(len(dated), len(documents), "some documents have no date")
        self.assertTrue(all(row["created"] in ("", TIMESTAMP) for row in documents))
        self.assertTrue(any(row["after"] == "" for row in changes))
        self.assertTrue(any(row["after"] for row in changes))
        self.assertTrue(any("Переговоры" in row["text"] for row in documents))

    @staticmethod
    def expected_type(name, nested):
        if name in (COUNTS if nested else CHANGE_COUNTS):
            return int
        return float if name in (REALS if nested else CHANGE_REALS) else str

    def assert_schema(self, part, schema, text, count, real):
        """Names and types of the columns: `schema` maps a name to a type, `metadata` to such a mapping."""
        flat = {name: kind for name, kind in schema.items() if name != "metadata"}
        counts, reals = (COUNTS, REALS) if part == "documents" else (CHANGE_COUNTS, CHANGE_REALS)
        flat.update(schema.get("metadata", {}))
        wanted = {name for row in self.lines[part][:1] for name in {**row, **row.get("metadata", {})}} - {"metadata"}
        self.assertEqual(set(flat), wanted)
        for name, kind in flat.items():
            self.assertEqual(kind, count if name in counts else real if name in reals else text, name)

    def test_pyarrow(self):
        def check(part, files):
            table = pa.concat_tables([pyarrow.json.read_json(file) for file in files])
            schema = {field.name: field.type for field in table.schema}
            if part == "documents":
                schema["metadata"] = {field.name: field.type for field in schema["metadata"]}
            # Timestamps are guessed where every value of a block is one or empty: never both ways at once.
            self.assert_schema(part, schema, pa.string(), pa.int64(), pa.float64())
            self.assert_rows(part, table.to_pylist())

        self.check_each(check)

    def test_polars(self):
        def check(part, files):
            eager = polars.concat([polars.read_ndjson(file) for file in files])
            lazy = polars.scan_ndjson(files).collect()
            for frame in (eager, lazy):
                schema = dict(frame.schema)
                if part == "documents":
                    schema["metadata"] = {field.name: field.dtype for field in schema["metadata"].fields}
                self.assert_schema(part, schema, polars.String, polars.Int64, polars.Float64)
                self.assert_rows(part, frame.to_dicts())
                self.assertEqual(sum(frame.null_count().row(0)), 0)

        self.check_each(check)

    def test_duckdb(self):
        def check(part, files):
            loaded = duckdb.read_json(files, format="newline_delimited")
            rows = loaded.fetchall()
            names = loaded.columns
            self.assertEqual(len(rows), len(self.lines[part]))
            kinds = dict(zip(names, map(str, loaded.types)))
            for name, kind in kinds.items():
                self.assertNotIn("JSON", kind, name)
                self.assertNotIn("[]", kind, name)
                self.assertNotIn("MAP", kind, name)
            by_text = {(row[names.index("id")], row[names.index("seq")] if "seq" in names else 0) for row in rows}
            self.assertEqual(by_text, {(row["id"], row.get("seq", 0)) for row in self.lines[part]})
            nulls = [name for name in names if loaded.filter(f'"{name}" IS NULL').fetchall()]
            self.assertEqual(nulls, [])
            if part == "documents":
                texts = dict(duckdb.sql("SELECT id, text FROM loaded").fetchall())
                self.assertEqual(texts, {row["id"]: row["text"] for row in self.lines[part]})
                lengths = dict(duckdb.sql("SELECT id, metadata.chars_out FROM loaded").fetchall())
                self.assertEqual(lengths, {row["id"]: row["metadata"]["chars_out"] for row in self.lines[part]})

        self.check_each(check)

    def test_datasets(self):
        def check(part, files):
            loaded = datasets.load_dataset("json", data_files=files, split="train")
            schema = {name: feature for name, feature in loaded.features.items()}
            if part == "documents":
                schema["metadata"] = dict(schema["metadata"])
            text, count, real = (datasets.Value(kind) for kind in ("string", "int64", "float64"))
            self.assert_schema(part, schema, text, count, real)
            self.assert_rows(part, list(loaded))

        self.check_each(check)

    def test_datasets_streaming(self):
        def check(part, files):
            stream = datasets.load_dataset("json", data_files=files, split="train", streaming=True)
            self.assert_rows(part, list(stream))

        self.check_each(check)

    def test_datatrove(self):
        def check(part, files):
            folder = str(Path(files[0]).parent)
            reader = JsonlReader(folder, text_key="text" if part == "documents" else "before", id_key="id")
            found = list(reader.run())
            if part == "documents":
                expected = {row["id"]: row for row in self.lines[part]}
                self.assertEqual({document.id for document in found}, set(expected))
                for document in found:
                    row = expected[document.id]
                    self.assertEqual(document.text, row["text"])
                    self.assertEqual(document.metadata["text_sha256"], row["metadata"]["text_sha256"])
                    self.assertEqual(document.metadata["created"], row["created"])
            else:
                # What it reads has the text that was there: insertions have none and are passed over.
                self.assertEqual(len(found), sum(bool(row["before"]) for row in self.lines[part]))
                self.assertTrue(all(type(document.metadata["seq"]) is int for document in found))

        self.check_each(check)


if __name__ == "__main__":
    unittest.main()
