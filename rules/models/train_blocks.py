#!/usr/bin/env python3
"""Trains the block model: train_blocks.py --shared ../shared --work /tmp/blocks [--folds 8]

Run from the project's root, with
    pip install numpy torch resiliparse trafilatura lxml_html_clean
    cargo build --release --example block_features
What it does:
  1. blocks    of the pages of pages-*-dev, with the numbers that the program itself sees (examples/block_features.rs).
               Each is labelled by comparison with the page's gold text, as lines are in train_lines.py. Pages of traf have
               snippets only: blocks that trafilatura and resiliparse take for main text are content, those that neither
               takes are boilerplate; snippets come first. Kept in the work folder.
  2. folds     trained without one fold of the sites after the other, and judged on that fold as pages.py judges: the text of
               the blocks that stay, chosen as src/stages/extract/model.rs chooses them, without its smoothing. Sites are
               registered domains. The weights of each fold stay in the work folder: by_folds.py runs the whole program with them.
               This is done twice: pages of wcxb that weights of the first round fit badly count less in the second, since
               some of its gold texts end in the middle of the page.
  3. weights   trained on all sites, written to rules/models/blocks.json.
The loss is cross-entropy over blocks, where long ones count more, plus one minus the F1 of words that is expected of each
page: what counts is the text that comes out of a page.
"""
import argparse, json, logging, pickle, random, subprocess, sys, zlib
from collections import Counter, defaultdict
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import torch
import torch.nn.functional as F

from train_lines import Gold, domain, label_by_gold, label_by_snippets, read_records

HERE = Path(__file__).resolve().parent
SETS = ("aeb", "fundus", "traf", "wcxb")
HIDDEN, LAYERS, KERNEL, WHOLE = 24, 5, 5, 2
EPOCHS, BATCH, RATE, LONGEST = 8, 16, 5e-3, 800
DROPOUT, INPUT_DROPOUT, ADDRESS_DROPOUT = 0.3, 0.1, 0.25
# How much a page of each set counts.
WEIGHT = {"aeb": 1.5, "fundus": 1.5, "wcxb": 1.0, "traf": 0.7}
# As in `least_chance` of src/stages/extract/model.rs.
SURPLUS, POWER = 0.5, 8


# 1. blocks


def featurize(program, pages):
    size = len(subprocess.run([program, "names"], stdout=subprocess.PIPE, check=True).stdout.split())
    rows = ({"html": page["html"], "url": page.get("url") or ""} for page in pages)
    rows = b"".join(json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n" for row in rows)
    out, at = subprocess.run([program], input=rows, stdout=subprocess.PIPE, check=True).stdout, 0
    for page in pages:
        count, at = int.from_bytes(out[at : at + 4], "little"), at + 4
        texts, numbers = [], np.zeros((count, size), np.float32)
        for i in range(count):
            length, at = int.from_bytes(out[at : at + 4], "little"), at + 4
            texts.append(out[at : at + length].decode("utf-8"))
            numbers[i] = np.frombuffer(out, "<f4", size, at + length)
            at += length + 4 * size
        yield texts, numbers


def label_by_peers(labels, texts, html, words):
    """Blocks that snippets do not label, as two extractors agree on."""
    import trafilatura
    from resiliparse.extract.html2text import extract_plain_text

    main = trafilatura.extract(html, include_comments=False) or ""
    if len(main) < 300:
        return labels
    recall = Gold(trafilatura.extract(html, include_comments=True, favor_recall=True) or "")
    main, other, new = Gold(main), Gold(extract_plain_text(html, main_content=True)), []
    for label, text in zip(labels, texts):
        own = words(text)
        if label == "ambiguous" and own:
            if main.share(own) >= 0.7 and other.share(own) >= 0.7:
                label = "content"
            elif recall.share(own) <= 0.3 and other.share(own) <= 0.3:
                label = "boilerplate"
        new.append(label)
    return new


def shares(texts, gold, words):
    """The share of each block that stands in the gold text; of a block that comes again, only the first time."""
    gold, seen, found = Gold(gold), set(), np.zeros(len(texts), np.float32)
    for i, own in enumerate(map(words, texts)):
        if not own:
            continue
        share, key = gold.share(own), tuple(own)
        found[i] = share if key not in seen else 0.0 if len(own) >= 4 else share / 2
        seen.add(key)
    return found


def make_blocks(shared, program, words):
    logging.disable(logging.CRITICAL)
    for name in SETS:
        pages = [page for page in read_records(shared / "data" / f"pages-{name}-dev.jsonl.xz") if page.get("html")]
        pages = [page for page in pages if (page.get("gold") or "").strip() or page.get("with")]
        for first in range(0, len(pages), 100):
            part = pages[first : first + 100]
            for page, (texts, numbers) in zip(part, featurize(program, part)):
                if not texts:
                    continue
                gold = (page.get("gold") or "").strip()
                if gold:
                    labels, share = label_by_gold(texts, gold, ""), shares(texts, gold, words)
                else:
                    labels = label_by_snippets(texts, page["with"], page["without"])
                    labels = label_by_peers(labels, texts, page["html"], words)
                    share = np.array([label == "content" for label in labels], np.float32)
                yield {
                    "set": name, "url": page.get("url") or "", "type": page.get("type") or "", "gold": gold, "texts": texts, "x": numbers,
                    "with": page.get("with"), "without": page.get("without"), "share": share,
                    "site": site_of(page.get("url")), "trust": 1.0,
                    "y": np.array([{"content": 0, "boilerplate": 1}.get(label, -1) for label in labels], np.int8),
                    "w": np.array([max(1, len(words(text))) for text in texts], np.float32),
                }  # fmt: skip


# 2. folds


class Network(torch.nn.Module):
    """What src/network.rs runs."""

    def __init__(self, size, address):
        super().__init__()
        self.address = address
        self.enter = torch.nn.Linear(size, HIDDEN)
        self.depth = torch.nn.ModuleList(
            torch.nn.Conv1d(HIDDEN, HIDDEN, KERNEL, padding=KERNEL // 2 * 2**i, dilation=2**i, groups=HIDDEN, bias=False) for i in range(LAYERS)
        )
        self.point = torch.nn.ModuleList(torch.nn.Conv1d(HIDDEN, HIDDEN, 1) for _ in range(LAYERS))
        self.leave, self.skip = torch.nn.Linear(HIDDEN, 1), torch.nn.Linear(size, 1, bias=False)
        self.whole = torch.nn.Linear(2 * HIDDEN, HIDDEN)

    def forward(self, x, mask):
        if self.training:
            # Many pages come without their address.
            x[:, :, self.address] *= (torch.rand(x.shape[0], 1, 1) > ADDRESS_DROPOUT).float()
            x = F.dropout(x, INPUT_DROPOUT)
        lines = mask.unsqueeze(1)
        hidden = (F.relu(self.enter(x)) * mask.unsqueeze(-1)).transpose(1, 2)
        for i, (depth, point) in enumerate(zip(self.depth, self.point)):
            if i == WHOLE:
                mean, most = (hidden * lines).sum(2) / mask.sum(1, keepdim=True), (hidden - 1e4 * (1 - lines)).max(2).values
                hidden = (hidden + F.relu(self.whole(torch.cat([mean, most], 1))).unsqueeze(2)) * lines
            hidden = (hidden + F.relu(point(depth(hidden)))) * lines
        return (self.leave(F.dropout(hidden.transpose(1, 2), DROPOUT, self.training)) + self.skip(x)).squeeze(-1)


def weight_of(page):
    return WEIGHT[page["set"]] * page["trust"]


def batches(pages, chance=None):
    """Batches of pages of like length; shuffled, and long ones cut, if there is chance."""
    length = lambda i: len(pages[i]["y"])
    order = sorted(range(len(pages)), key=length)
    if chance:
        chance.shuffle(order)
        order = [i for at in range(0, len(order), BATCH * 20) for i in sorted(order[at : at + BATCH * 20], key=length)]
    groups = [order[at : at + BATCH] for at in range(0, len(order), BATCH)]
    if chance:
        chance.shuffle(groups)
    for group in groups:
        cuts = []
        for page in (pages[i] for i in group):
            count = len(page["y"])
            start = chance.randrange(count - LONGEST + 1) if chance and count > LONGEST else 0
            cuts.append((page, slice(start, min(count, start + LONGEST) if chance else count)))
        shape = (len(cuts), max(cut.stop - cut.start for _, cut in cuts))
        x = np.zeros((*shape, cuts[0][0]["x"].shape[1]), np.float32)
        y, mask, weight, share, words = (np.zeros(shape, np.float32) for _ in range(5))
        of_page = np.zeros(len(cuts), np.float32)
        for i, (page, cut) in enumerate(cuts):
            n, own = cut.stop - cut.start, page["w"][cut]
            x[i, :n], y[i, :n], mask[i, :n], share[i, :n], words[i, :n] = page["x"][cut], page["y"][cut], 1, page["share"][cut], own
            weight[i, :n] = np.sqrt(own) * (page["y"][cut] >= 0) * weight_of(page) / np.sqrt(max(5.0, np.sqrt(own).sum()))
            of_page[i] = weight_of(page) if page["gold"] else 0
        yield [torch.from_numpy(values) for values in (x, y, mask, weight, share, words, of_page)], cuts


def train(pages, address, seed=0):
    torch.manual_seed(seed)
    pages = [page for page in pages if (page["y"] >= 0).any()]
    chance, network = random.Random(seed), Network(pages[0]["x"].shape[1], address)
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE, weight_decay=1e-5)
    steps, total = 0, EPOCHS * (len(pages) // BATCH + 1)
    network.train()
    for _ in range(EPOCHS):
        for (x, y, mask, weight, share, words, of_page), _ in batches(pages, chance):
            for group in optimizer.param_groups:
                group["lr"] = RATE * max(0.02, 1 - steps / total)
            steps += 1
            result = network(x, mask)
            blocks = (F.binary_cross_entropy_with_logits(result, y.clamp(min=0), reduction="none") * weight).sum() / weight.sum().clamp(min=1e-6)
            stays, content = torch.sigmoid(-result) * mask, (words * share).sum(1)
            f1 = 2 * (stays * words * share).sum(1) / ((stays * words).sum(1) + content + 1)
            counts = (content > 10).float() * of_page
            loss = blocks + ((1 - f1) * counts).sum() / counts.sum().clamp(min=1e-6)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
    return network.eval()


def predict(network, pages):
    with torch.no_grad():
        for (x, _, mask, *_), cuts in batches(pages):
            for (page, cut), row in zip(cuts, torch.sigmoid(network(x, mask)).numpy()):
                page["p"] = row[: cut.stop].copy()


def fold_of(site, folds):
    return zlib.crc32(site.encode()) % folds


def site_of(url):
    return domain((urlsplit(url or "").hostname or "").removeprefix("www."))


def word_f1(gold, text, words):
    gold, text = Counter(words(gold)), Counter(words(text))
    common = sum((gold & text).values())
    return 2 * common / (sum(gold.values()) + sum(text.values())) if common else 0.0


def text_of(page):
    chances, words = 1 - page["p"], page["w"]
    order = np.argsort(-chances, kind="stable")
    taken, found = np.cumsum(words[order]), np.cumsum((words * chances)[order])
    best = (2 * found / (taken + (words * chances).sum() + 1e-9)).max()
    least = best / 2 * (1 + SURPLUS * best**POWER)
    return "\n".join(text for text, chance in zip(page["texts"], chances) if chance >= least)


def report(pages, page_scores, words):
    squeeze = lambda text: " ".join(text.split())
    for name in SETS:
        found = [(page, text_of(page)) for page in pages if page["set"] == name]
        snippets = [(page, squeeze(text)) for page, text in found if page["with"] is not None]
        if snippets:
            right = sum(squeeze(snippet) in text for page, text in snippets for snippet in page["with"])
            wrong = sum(squeeze(snippet) in text for page, text in snippets for snippet in page["without"])
            wanted = sum(len(page["with"]) for page, _ in snippets)
            print(f"{name} snippets: f1 {2 * right / (right + wrong + wanted):.4f} p {right / (right + wrong):.4f} r {right / wanted:.4f}")
        full = [(page, text) for page, text in found if page["gold"]]
        if full:
            p, r, f1 = page_scores([(page["gold"], text) for page, text in full])
            kinds = defaultdict(list)
            for page, text in full:
                kinds[page["type"]].append(word_f1(page["gold"], text, words))
            mean = sum(sum(kind) for kind in kinds.values()) / len(full)
            print(f"{name}: f1 {f1:.4f} p {p:.4f} r {r:.4f} word_f1 {mean:.4f}", {kind: round(float(np.mean(of)), 3) for kind, of in sorted(kinds.items()) if kind})


# 3. weights


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
        "whole": {"before": WHOLE, "input": rows(network.whole.weight.T), "bias": numbers(network.whole.bias)},
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
    arguments.add_argument("--folds", type=int, default=8, help="0 to train on all sites at once, all pages alike")
    arguments.add_argument("--program", default="target/release/examples/block_features")
    options = arguments.parse_args()
    sys.path.insert(0, str(options.shared / "bench"))
    from common import page_scores, words

    options.work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    names = subprocess.run([options.program, "names"], stdout=subprocess.PIPE, check=True, text=True).stdout.split()
    kept = options.work / f"blocks-{zlib.crc32(' '.join(names).encode()):08x}.pickle"
    if not kept.exists():
        kept.write_bytes(pickle.dumps(list(make_blocks(options.shared, options.program, words))))
    pages = pickle.loads(kept.read_bytes())
    address = [i for i, name in enumerate(names) if name.startswith("address_") or name == "has_address"]
    for _ in range(2 if options.folds else 0):
        for fold in range(options.folds):
            of = lambda page: fold_of(page["site"], options.folds)
            network = train([page for page in pages if of(page) != fold], address)
            predict(network, [page for page in pages if of(page) == fold])
            export(network, names, options.work / f"fold{fold}.json")
        report(pages, page_scores, words)
        for page in pages:
            if page["set"] == "wcxb" and page["gold"]:
                page["trust"] = float(np.clip(1.2 * word_f1(page["gold"], text_of(page), words) - 0.1, 0.1, 1))
    if options.folds:
        # For by_folds.py: which weights have not seen each page.
        (options.work / "folds.json").write_text(json.dumps({page["url"]: fold_of(page["site"], options.folds) for page in pages}))
    export(train(pages, address), names, HERE / "blocks.json")


if __name__ == "__main__":
    main()
