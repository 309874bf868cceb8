"""Training step of ours and of PyTorch, in turns on one machine: `make bench-peers`.

Each measurement is a process of its own; the table holds the best median of several rounds, so that noise of the
machine falls on both alike. PyTorch gets its data already in place (one fixed batch); ours gathers every batch.
"""

import argparse
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

SHAPES = [(128, 2), (256, 3), (512, 3)]
FEATURES, TIME, BATCH = 11, 24, 32


def measure(hidden, layers, workers, steps, fused, threads):
    import torch

    rank = int(os.environ.get("RANK", 0))
    if threads:
        torch.set_num_threads(threads)
    if workers > 1:
        torch.set_num_threads(max(1, (os.cpu_count() or 1) // workers))
        torch.distributed.init_process_group("gloo")

    class Network(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.lstm = torch.nn.LSTM(FEATURES, hidden, layers, batch_first=True, dropout=0.3)
            self.head = torch.nn.Sequential(
                torch.nn.Dropout(0.3), torch.nn.Linear(hidden, hidden // 2), torch.nn.ReLU(), torch.nn.Dropout(0.3),
                torch.nn.Linear(hidden // 2, 1),
            )

        def forward(self, x):
            steps_, _ = self.lstm(x)
            return self.head(steps_[:, -1])

    network = Network()
    model = torch.nn.parallel.DistributedDataParallel(network) if workers > 1 else network
    adam = torch.optim.Adam(network.parameters(), lr=1e-3, weight_decay=1e-5, fused=fused)
    x, y, w = torch.randn(BATCH // workers, TIME, FEATURES), torch.randn(BATCH // workers), torch.ones(BATCH // workers)
    times = []
    for _ in range(steps):
        start = time.perf_counter()
        loss = (w * (model(x).squeeze(1) - y) ** 2).mean()
        adam.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        adam.step()
        loss.item()
        times.append((time.perf_counter() - start) * 1e3)
    timed = times[max(3, steps // 5):]
    if rank == 0:
        print(json.dumps(dict(
            network=f"{hidden}x{layers}", workers=workers, milliseconds=statistics.median(timed),
            fastest=min(timed),
            peak_rss_mib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        )))


def epoch(hidden, layers):
    """The original's way: a DataLoader over a list of windows, loss.item() and a Python loop."""
    import numpy
    import torch

    hours = 4096 + TIME
    table = numpy.random.default_rng(1).standard_normal((hours, FEATURES)).astype("float32")

    class Windows(torch.utils.data.Dataset):
        def __len__(self):
            return hours - TIME

        def __getitem__(self, i):
            return torch.tensor(table[i : i + TIME]), torch.tensor(table[i + TIME, 0]), torch.tensor(1.0)

    lstm = torch.nn.LSTM(FEATURES, hidden, layers, batch_first=True, dropout=0.3)
    head = torch.nn.Sequential(torch.nn.Linear(hidden, hidden // 2), torch.nn.ReLU(), torch.nn.Linear(hidden // 2, 1))
    parameters = [*lstm.parameters(), *head.parameters()]
    adam = torch.optim.Adam(parameters, lr=1e-3, weight_decay=1e-5)
    start = time.perf_counter()
    for x, y, w in torch.utils.data.DataLoader(Windows(), batch_size=BATCH, shuffle=True):
        loss = (w * (head(lstm(x)[0][:, -1]).squeeze(1) - y) ** 2).mean()
        adam.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        adam.step()
        loss.item()
    mean = (time.perf_counter() - start) * 1e3 / (4096 // BATCH)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(dict(network=f"{hidden}x{layers}", milliseconds=mean, fastest=mean, peak_rss_mib=peak)))


def theirs(hidden, layers, workers, steps, fused, threads=0):
    words = [sys.executable, __file__, "--measure", str(hidden), str(layers), str(workers), str(steps), str(int(fused)),
             str(threads)]
    if workers > 1:
        launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(workers)]
        words = launcher + words[1:]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    return json.loads(next(line for line in done.stdout.splitlines() if line.startswith("{")))


def loader(hidden, layers):
    words = [sys.executable, __file__, "--epoch", str(hidden), str(layers)]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    return json.loads(next(line for line in done.stdout.splitlines() if line.startswith("{")))


def ours(binary, hidden, layers, workers, steps, *more):
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder, "out.jsonl")
        words = [binary, "--hidden", hidden, "--layers", layers, "--workers", workers, "--steps", steps, "--out", out, *more]
        subprocess.run([str(word) for word in words], check=True, capture_output=True)
        return json.loads(out.read_text())


def build():
    """Compiles the bench with the profile everything else uses, and returns its path."""
    words = ["cargo", "bench", "--profile", "dev", "--bench", "training", "--no-run", "--message-format", "json"]
    done = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True)
    messages = [json.loads(line) for line in done.stdout.splitlines()]
    return next(m["executable"] for m in messages if m.get("executable") and m["target"]["name"] == "training")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", nargs=6, type=int)
    parser.add_argument("--epoch", nargs=2, type=int)
    parser.add_argument("--binary", help="the compiled bench `training` [default: built now]")
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", default="results/bench/training.json")
    arguments = parser.parse_args()
    if arguments.measure:
        hidden, layers, workers, steps, fused, threads = arguments.measure
        return measure(hidden, layers, workers, steps, bool(fused), threads)
    if arguments.epoch:
        return epoch(*arguments.epoch)
    arguments.binary = arguments.binary or build()
    rows = []
    for hidden, layers in SHAPES:
        runs = {
            "dvol": lambda: ours(arguments.binary, hidden, layers, 1, arguments.steps),
            "dvol, 2 workers": lambda: ours(arguments.binary, hidden, layers, 2, arguments.steps),
            "dvol, 2 workers, bfloat16": lambda: ours(arguments.binary, hidden, layers, 2, arguments.steps, "--bfloat16"),
            "PyTorch": lambda: theirs(hidden, layers, 1, arguments.steps, False),
            "PyTorch, fused Adam": lambda: theirs(hidden, layers, 1, arguments.steps, True),
            "PyTorch, original's loader": lambda: loader(hidden, layers),
            "PyTorch DDP, 2 processes": lambda: theirs(hidden, layers, 2, arguments.steps, True),
        }
        best = {}
        for _ in range(arguments.rounds):
            for name, run in runs.items():
                found = run()
                if name not in best or found["milliseconds"] < best[name]["milliseconds"]:
                    best[name] = found
        for name, found in best.items():
            fastest = round(found["fastest"], 2)
            rows.append(dict(fastest=fastest, network=f"{hidden}x{layers}", engine=name, milliseconds=round(found["milliseconds"], 2),
                             peak_rss_mib=round(found["peak_rss_mib"])))
            print(f"{hidden}x{layers}  {name:<26} median {found['milliseconds']:8.2f} ms  fastest {fastest:8.2f} ms  {found['peak_rss_mib']:6.0f} MiB",
                  flush=True)
    out = pathlib.Path(arguments.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
