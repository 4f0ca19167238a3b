#!/usr/bin/env python3
"""Trains the line model: train_lines.py --shared ../shared --work /tmp/lines [--folds 3]

Run from the project's root, with
    pip install numpy torch resiliparse inscriptis beautifulsoup4 lxml lxml_html_clean trafilatura
    cargo build --release --example line_features
What it does, each step once, with its result kept in the work folder:
  1. lines     text of the pages of pages-{wcxb,traf}-dev by six extractors, each line labelled by comparison with the
               page's gold text (as in lines-dev: content when 70 % of its words lie in 4-grams of the gold, boilerplate
               at 30 % or less). Pages of traf have snippets only: the lines of their full text that two extractors
               take for main text are content, those that none takes are boilerplate. Listings and collections are left out:
     their gold is what is furniture elsewhere, names and prices of other pages.
  2. cleaned   from each full text, one that looks as if somebody had cleaned it before: all content, and at random
               some of the boilerplate around and between (leftovers sit in the tail, inside and in the head).
     Fragments are runs of boilerplate lines alone and of content lines alone, these mostly short ones: texts without
     paragraphs that are nothing worth keeping, and texts without paragraphs that are.
  3. features  the numbers that the program itself sees (examples/line_features.rs).
  4. folds     trained without one fold of the sites after the other, judged on aeb and fundus lines of that fold and
               on turku, which is never trained on.
               The weights of each fold stay in the work folder: by_folds.py runs the whole program with them.
  5. weights   trained on all sites, written to rules/models/lines.json.
Sites are registered domains: no site is in two folds. Pages of lines-dev keep the labels that they have there.
"""
import argparse, json, logging, lzma, os, random, re, subprocess, sys, zlib
from collections import defaultdict
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import torch
import torch.nn.functional as F

HERE = Path(__file__).resolve().parent
FULL_TEXT = ("resiliparse_all", "inscriptis", "bs4")
HIDDEN, LAYERS, KERNEL = 24, 5, 5
EPOCHS, BATCH, RATE, DROPOUT, LONGEST = 6, 16, 5e-3, 0.3, 600
# How much a text of each set counts in training.
WEIGHT = {"aeb": 1.0, "fundus": 1.0, "cleaned": 1.0, "wcxb": 0.5, "traf": 0.5, "pseudo": 0.5, "furniture": 0.5, "bare": 0.5}
# Kinds of pages whose gold text is a list of other pages.
LISTS = ("listing", "collection")
WORD = re.compile(r"\w+")


def read_records(path):
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def write_records(path, records):
    with lzma.open(path, "wt", encoding="utf-8", preset=1) as out:
        for record in records:
            out.write(json.dumps(record, ensure_ascii=False) + "\n")


def words(text):
    return [word.casefold() for word in WORD.findall(text)]


# 1. lines


def extractions(html):
    """Text of a page by several extractors, each a function, since each may fail."""
    import trafilatura
    from bs4 import BeautifulSoup
    from inscriptis import get_text
    from resiliparse.extract.html2text import extract_plain_text

    def soup():
        tree = BeautifulSoup(html, "lxml")
        for tag in tree(["script", "style", "noscript", "template"]):
            tag.decompose()
        return tree.get_text("\n")

    yield "resiliparse_all", lambda: extract_plain_text(html, main_content=False)
    yield "resiliparse_main", lambda: extract_plain_text(html, main_content=True)
    yield "inscriptis", lambda: get_text(html)
    yield "bs4", soup
    yield "trafilatura", lambda: trafilatura.extract(html, include_comments=False)
    yield "trafilatura_recall", lambda: trafilatura.extract(html, include_comments=True, favor_recall=True)


class Gold:
    """A text that lines are compared with."""

    def __init__(self, text):
        all_words = words(text)
        self.grams = {n: {tuple(all_words[i : i + n]) for i in range(len(all_words) - n + 1)} for n in (1, 2, 3, 4)}
        self.lines = {tuple(words(line)) for line in text.split("\n")}

    def share(self, line):
        """Share of the words of a line that stand in the text; a line below four words must be a line of it."""
        if len(line) < 4:
            return 1.0 if tuple(line) in self.lines else 0.5 if tuple(line) in self.grams[len(line)] else 0.0
        covered = [False] * len(line)
        for i in range(len(line) - 3):
            if tuple(line[i : i + 4]) in self.grams[4]:
                covered[i : i + 4] = [True] * 4
        return sum(covered) / len(line)


def label_by_gold(lines, gold, title):
    gold, title, seen, labels = Gold(gold), tuple(words(title)), set(), []
    for line in map(words, lines):
        key, share = tuple(line), gold.share(line) if line else 0.0
        if not line:
            labels.append("empty")
        elif share >= 0.7:
            labels.append("dup" if key in seen else "content")
            seen.add(key)
        elif share > 0.3:
            labels.append("ambiguous")
        else:
            in_title = len(key) >= 4 and any(title[i : i + len(key)] == key for i in range(len(title)))
            labels.append("title" if in_title or (key == title and title) else "boilerplate")
    return labels


def label_by_snippets(lines, within, without):
    plain = lambda text: re.sub(r"\s+", " ", text).strip()
    within, without, labels = [plain(x) for x in within if x.strip()], [plain(x) for x in without if x.strip()], []
    for line in map(plain, lines):
        is_content = any(x in line for x in within)
        is_boilerplate = any((line in x and len(line) > 2) or (x in line and len(x) * 2 > len(line)) for x in without)
        labels.append("empty" if not line else "ambiguous" if is_content == is_boilerplate else "content" if is_content else "boilerplate")
    return labels


def make_lines(shared, name):
    logging.disable(logging.CRITICAL)
    for page in read_records(shared / "data" / f"pages-{name}-dev.jsonl.xz"):
        if ("gold" not in page and "with" not in page) or page.get("type") in LISTS:
            continue
        found = re.search(r"<title[^>]*>(.*?)</title>", page["html"], re.S | re.I)
        title = re.sub("<[^>]+>", "", found.group(1)) if found else ""
        for source, extract in extractions(page["html"]):
            try:
                text = extract()
            except Exception as error:  # an extractor's own fault is not ours
                print(f"{page['id']}: {source}: {error!r:.100}", file=sys.stderr)
                continue
            lines = (text or "").split("\n")
            labels = label_by_gold(lines, page["gold"], title) if "gold" in page else label_by_snippets(lines, page["with"], page["without"])
            if any(label != "empty" for label in labels):
                site = (urlsplit(page["url"]).hostname or "").removeprefix("www.")
                yield {"id": page["id"], "set": name, "site": site, "source": source, "lines": [{"text": t, "label": l} for t, l in zip(lines, labels)]}


def make_pseudo(records):
    """Full texts of pages with snippets, labelled by what extractors agree on."""
    pages = defaultdict(dict)
    for record in records:
        pages[record["id"]][record["source"]] = record
    for page in pages.values():
        if not {"trafilatura", "trafilatura_recall", "resiliparse_main"} <= page.keys():
            continue
        text = {source: "\n".join(line["text"] for line in record["lines"]) for source, record in page.items()}
        if len(text["trafilatura"]) < 300:
            continue
        main, recall, other = Gold(text["trafilatura"]), Gold(text["trafilatura_recall"]), Gold(text["resiliparse_main"])
        for record in (page[source] for source in FULL_TEXT if source in page):
            lines = []
            for line in record["lines"]:
                own, label = words(line["text"]), line["label"]
                if label == "ambiguous" and own:
                    if main.share(own) >= 0.7 and other.share(own) >= 0.7:
                        label = "content"
                    elif recall.share(own) <= 0.3 and other.share(own) <= 0.3:
                        label = "boilerplate"
                lines.append({"text": line["text"], "label": label})
            yield dict(record, set="pseudo", lines=lines)


# 2. cleaned


def make_cleaned(records):
    chance = random.Random(11)
    exponential = lambda rate: int(chance.expovariate(rate))
    for record in records:
        lines = [line for line in record["lines"] if line["label"] != "empty"]
        labels = [line["label"] for line in lines]
        content = [i for i, label in enumerate(labels) if label == "content"]
        if record["source"] not in FULL_TEXT or len(content) < 3:
            continue
        first, last, kept, at = content[0], content[-1], set(), content[0]
        inside = chance.choice([0, 0, 0.1, 0.3, 0.6, 1])
        while at <= last:
            end = at + 1
            if labels[at] != "boilerplate":
                kept.add(at)
            else:
                while end <= last and labels[end] == "boilerplate":
                    end += 1
                if chance.random() < inside:
                    start = chance.randrange(at, end) if end - at > 4 and chance.random() < 0.7 else at
                    kept.update(range(start, min(end, start + 1 + exponential(0.3)) if start > at else end))
            at = end
        tail = last + 1 + chance.choice([0, 0, exponential(0.1)])
        kept.update(range(tail, min(len(lines), tail + chance.choice([0, exponential(0.5), exponential(0.15), exponential(0.05)]))))
        head = first - chance.choice([0, 0, exponential(0.1)])
        kept.update(range(max(0, head - chance.choice([0, 0, exponential(0.5), exponential(0.15)])), max(0, head)))
        rewrite = rewriting(chance)
        yield dict(record, set="cleaned", lines=[{"text": rewrite(lines[i]["text"]), "label": labels[i]} for i in sorted(kept)])


def rewriting(chance):
    """One of the ways in which extractors write lines: without indents, with other bullets."""
    is_flat, bullet = chance.random() < 0.7, chance.choice([None, None, "- ", "• ", ""])

    def rewrite(text):
        text = text.strip() if is_flat else text
        item = re.match(r"\s*[*•\-]\s+", text)
        return bullet + text[item.end() :] if bullet is not None and item else text

    return rewrite


def make_fragments(records):
    chance = random.Random(13)
    is_long = lambda line: len(line["text"].strip()) > 80
    for record in records:
        if record["source"] not in FULL_TEXT:
            continue
        rewrite = rewriting(chance)
        for label, name, mean in (("boilerplate", "furniture", 25), ("content", "bare", 15)):
            lines = [line for line in record["lines"] if line["label"] == label]
            if len(lines) < 4 or chance.random() > 0.6:
                continue
            count = min(len(lines), 3 + int(chance.expovariate(1 / mean)))
            starts = range(len(lines) - count + 1)
            if label == "content" and chance.random() < 0.7:
                start = min(starts, key=lambda at: sum(map(is_long, lines[at : at + count])))
            else:
                start = chance.choice(starts)
            run = lines[start : start + count]
            yield dict(record, set=name, lines=[{"text": rewrite(line["text"]), "label": label} for line in run])


# 3. features


def targets(labels):
    """1 for boilerplate, 0 for content and for the title above it, -1 for lines that do not count."""
    values = np.array([{"content": 0, "boilerplate": 1}.get(label, -1) for label in labels], np.int8)
    first = next((i for i, label in enumerate(labels) if label == "content"), 0)
    titles = [i for i in range(max(0, first - 15), first) if labels[i] == "title"]
    if titles:
        values[titles[-1]] = 0
    return values


def featurize(program, records):
    size = len(subprocess.run([program, "names"], stdout=subprocess.PIPE, check=True).stdout.split())
    texts = ("\n".join(line["text"] for line in record["lines"]) for record in records)
    rows = b"".join(json.dumps({"text": text}, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n" for text in texts)
    out = subprocess.run([program], input=rows, stdout=subprocess.PIPE, check=True).stdout
    at, documents = 0, []
    for record in records:
        count = int(np.frombuffer(out, "<u4", 1, at)[0])
        table = np.frombuffer(out, "<u4", count * (1 + size), at + 4).reshape(count, 1 + size)
        at += 4 + table.nbytes
        # A line of the record may hold line feeds.
        flat = [(line["label"], part) for line in record["lines"] for part in line["text"].split("\n")]
        labels = [flat[number][0] for number in table[:, 0]]
        weights = np.array([len(WORD.findall(flat[number][1])) for number in table[:, 0]], np.float32)
        documents.append({
            "id": record["id"], "set": record["set"], "source": record["source"], "site": domain(record.get("site")),
            "x": table[:, 1:].copy().view("<f4"), "y": targets(labels), "w": weights,
            "counts": np.array([label in ("content", "boilerplate") for label in labels]),
        })  # fmt: skip
    return documents


def domain(host):
    """Registered domain, near enough: `a.co.uk` for `www.a.co.uk`."""
    parts = (host or "").split(".")
    return ".".join(parts[-3:] if len(parts) > 2 and len(parts[-2]) <= 3 and len(parts[-1]) == 2 else parts[-2:])


# 4. folds


class Network(torch.nn.Module):
    """What src/rules/model/network.rs runs."""

    def __init__(self, size):
        super().__init__()
        self.enter = torch.nn.Linear(size, HIDDEN)
        self.depth = torch.nn.ModuleList(
            torch.nn.Conv1d(HIDDEN, HIDDEN, KERNEL, padding=KERNEL // 2 * 2**i, dilation=2**i, groups=HIDDEN, bias=False) for i in range(LAYERS)
        )
        self.point = torch.nn.ModuleList(torch.nn.Conv1d(HIDDEN, HIDDEN, 1) for _ in range(LAYERS))
        self.leave, self.skip = torch.nn.Linear(HIDDEN, 1), torch.nn.Linear(size, 1, bias=False)

    def forward(self, x, mask):
        hidden = (F.relu(self.enter(x)) * mask.unsqueeze(-1)).transpose(1, 2)
        for depth, point in zip(self.depth, self.point):
            hidden = (hidden + F.relu(point(depth(hidden)))) * mask.unsqueeze(1)
        return (self.leave(F.dropout(hidden.transpose(1, 2), DROPOUT, self.training)) + self.skip(x)).squeeze(-1)


def batches(documents, chance=None):
    """Batches of texts of like length; shuffled, and long ones cut, if there is chance."""
    order = sorted(range(len(documents)), key=lambda i: len(documents[i]["y"]))
    if chance:
        chance.shuffle(order)
        parts = [order[i : i + BATCH * 20] for i in range(0, len(order), BATCH * 20)]
        order = [i for part in parts for i in sorted(part, key=lambda i: len(documents[i]["y"]))]
    groups = [order[i : i + BATCH] for i in range(0, len(order), BATCH)]
    if chance:
        chance.shuffle(groups)
    for group in groups:
        cuts = []
        for document in (documents[i] for i in group):
            count = len(document["y"])
            start = chance.randrange(count - LONGEST + 1) if chance and count > LONGEST else 0
            cuts.append((document, start, min(count, start + LONGEST) if chance else count))
        shape = (len(cuts), max(end - start for _, start, end in cuts))
        x = np.zeros((*shape, cuts[0][0]["x"].shape[1]), np.float32)
        y, w, mask = (np.zeros(shape, np.float32) for _ in range(3))
        for i, (document, start, end) in enumerate(cuts):
            n = end - start
            x[i, :n], mask[i, :n] = document["x"][start:end], 1
            y[i, :n] = document["y"][start:end]
            # Long lines count more, but not as much more as they are longer, and long texts likewise.
            w[i, :n] = np.sqrt(document["w"][start:end]) * (document["y"][start:end] >= 0)
            w[i] *= WEIGHT.get(document["set"], 1.0) / np.sqrt(max(5.0, np.sqrt(document["w"][start:end]).sum()))
        yield [torch.from_numpy(values) for values in (x, y, w, mask)], cuts


def train(documents, seed=0):
    torch.manual_seed(seed)
    documents = [d for d in documents if d["set"] != "turku" and (d["y"] >= 0).any()]
    chance, network = random.Random(seed), Network(documents[0]["x"].shape[1])
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE, weight_decay=1e-5)
    steps, total = 0, EPOCHS * (len(documents) // BATCH + 1)
    network.train()
    for epoch in range(EPOCHS):
        losses = []
        for (x, y, w, mask), _ in batches(documents, chance):
            for group in optimizer.param_groups:
                group["lr"] = RATE * max(0.02, 1 - steps / total)
            steps += 1
            loss = (F.binary_cross_entropy_with_logits(network(x, mask), y.clamp(min=0), reduction="none") * w).sum() / w.sum().clamp(min=1e-6)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            losses.append(loss.item())
        print(f"  epoch {epoch}: loss {np.mean(losses):.4f}", flush=True)
    return network.eval()


def predict(network, documents):
    documents = [d for d in documents if len(d["y"])]
    with torch.no_grad():
        for (x, _, _, mask), cuts in batches(documents):
            for (document, _, end), row in zip(cuts, torch.sigmoid(network(x, mask)).numpy()):
                document["p"] = row[:end].copy()


def report(documents, thresholds=(0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)):
    """The model alone, without rules: F1 of the words kept, share of content lost and of boilerplate removed."""
    groups = defaultdict(list)
    for document in documents:
        if "p" in document and document["set"] in ("aeb", "fundus", "turku"):
            groups[(document["set"], document["source"])].append(document)
    for threshold in thresholds:
        print(f"threshold {threshold}")
        for key, group in sorted(groups.items()):
            sums = np.zeros(4)
            for d in group:
                content, boilerplate, stays = d["counts"] & (d["y"] == 0), d["counts"] & (d["y"] == 1), d["p"] <= threshold
                sums += [d["w"][part].sum() for part in (content, content & stays, boilerplate, boilerplate & stays)]
            content, content_kept, junk, junk_kept = sums
            f1 = lambda p, r: 2 * p * r / max(1e-9, p + r)
            now = f1(content_kept / max(1, content_kept + junk_kept), content_kept / max(1, content))
            before = f1(content / max(1, content + junk), 1.0)
            print(f"  {key[0]}/{key[1]:<17} f1 {now:.4f} ({now - before:+.4f})  lost {1 - content_kept / max(1, content):.4f}  removed {1 - junk_kept / max(1, junk):.3f}")


# 5. weights


def export(network, names, path):
    numbers = lambda tensor: [float(f"{value:.5g}") for value in tensor.detach().flatten().tolist()]
    rows = lambda tensor: [numbers(row) for row in tensor.detach()]
    weights = {
        "format": 1,
        "features": names,
        "input": rows(network.enter.weight.T),
        "input_bias": numbers(network.enter.bias),
        "layers": [
            {"depth": rows(depth.weight[:, 0, :].T), "point": rows(point.weight[:, :, 0].T), "bias": numbers(point.bias)}
            for depth, point in zip(network.depth, network.point)
        ],
        "output": numbers(network.leave.weight),
        "skip": numbers(network.skip.weight),
        "output_bias": numbers(network.leave.bias)[0],
    }
    text = json.dumps(weights, separators=(",", ":")).replace("],[", "],\n[").replace('],"', '],\n"')
    path.write_text(text + "\n", encoding="utf-8")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--shared", type=Path, required=True)
    arguments.add_argument("--work", type=Path, required=True)
    arguments.add_argument("--folds", type=int, default=3, help="0 to train on all sites at once")
    arguments.add_argument("--program", default="target/release/examples/line_features")
    options = arguments.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))

    def once(name, make):
        path = options.work / f"{name}.jsonl.xz"
        if not path.exists():
            write_records(path, make())
        return read_records(path)

    dev = read_records(options.shared / "data" / "lines-dev.jsonl.xz")
    wcxb, traf = (once(name, lambda: make_lines(options.shared, name)) for name in ("wcxb", "traf"))
    pseudo = once("pseudo", lambda: make_pseudo(traf))
    cleaned = once("cleaned", lambda: make_cleaned([r for r in dev if r["set"] != "turku"] + wcxb + pseudo))
    fragments = once("fragments", lambda: make_fragments([r for r in dev if r["set"] != "turku"] + wcxb + pseudo))
    documents = featurize(options.program, dev + wcxb + traf + pseudo + cleaned + fragments)
    print({name: sum(d["set"] == name for d in documents) for name in [*WEIGHT, "turku"]}, "texts", flush=True)
    names = subprocess.run([options.program, "names"], stdout=subprocess.PIPE, check=True, text=True).stdout.split()
    for fold in range(options.folds):
        print(f"fold {fold}")
        of = lambda d: zlib.crc32((d["id"] if d["set"] == "turku" else d["site"]).encode()) % options.folds
        network = train([d for d in documents if of(d) != fold])
        predict(network, [d for d in documents if of(d) == fold and d["set"] in ("aeb", "fundus", "turku")])
        export(network, names, options.work / f"fold{fold}.json")
    if options.folds:
        report(documents)
        # For by_folds.py: which weights have not seen each record of lines-dev, in its order.
        (options.work / "folds.json").write_text(json.dumps([of(d) for d in documents[: len(dev)]]))
    export(train(documents), names, HERE / "lines.json")


if __name__ == "__main__":
    main()
