"""Training step of ours and of PyTorch, in turns on one machine: `make bench-peers`.

Each measurement is a process of its own. Every round measures all engines one after the other, and those of one process
in single precision twice more in turns, so that the machine's noise falls on all alike; the table holds the median over
turns, and "times faster" the median of the ratios within a turn. What an engine cannot do on this processor is a row
that says why. One file a kind of processor, and one for what it does when libraries and we are told to use AVX2 alone
(`--avx2`), one a kind of GPU (`--gpu`, with PyTorch and dvol built for it). PyTorch gets its data already in place (one
fixed batch); ours gathers every batch. Rows of an epoch are means over 4096 origins, data handling and start included:
the original's way and ours. Forecasts are those of a fitted network at the origins of the thesis's walk-forward.
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
from importlib.metadata import version

from peers import executables, write
from processor import graphics, processor, slug

# Hidden units, layers and batch of the thesis's networks and of its walk-forward's, and what is measured: steps enough
# for a median and few enough for three rounds in a few minutes, how often forecasts are made, and whether all engines.
NETWORKS = {
    "128x2": dict(hidden=128, layers=2, batch=32, steps=60, forecasts=3, all_engines=True),
    "256x3": dict(hidden=256, layers=3, batch=32, steps=30, forecasts=1, all_engines=True),
    "512x3": dict(hidden=512, layers=3, batch=32, steps=16, forecasts=0, all_engines=True),
    "16x1 batch 256": dict(hidden=16, layers=1, batch=256, steps=200, forecasts=5, all_engines=False),
    "32x1 batch 256": dict(hidden=32, layers=1, batch=256, steps=200, forecasts=5, all_engines=False),
}
FEATURES, TIME = 11, 24
ORIGINS = 4096  # of an epoch
FORECASTS = 28_824
TURNS = 3  # that the engines of one process take in a round: their steps are short beside the machine's noise
TOGETHER = 1024  # windows that PyTorch forecasts from at a time
# Each of the three libraries has its own way to be told.
AVX2_ALONE = dict(ATEN_CPU_CAPABILITY="avx2", ONEDNN_MAX_CPU_ISA="AVX2", MKL_ENABLE_INSTRUCTIONS="AVX2")
# glibc, told to keep freed pages: what dvol tells it by itself.
PAGES_KEPT = dict(MALLOC_MMAP_THRESHOLD_=str(256 << 20), MALLOC_TRIM_THRESHOLD_=str(1 << 30))


def network_of(hidden, layers):
    import torch

    class Network(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.lstm = torch.nn.LSTM(FEATURES, hidden, layers, batch_first=True, dropout=0.3 if layers > 1 else 0.0)
            self.head = torch.nn.Sequential(
                torch.nn.Dropout(0.3), torch.nn.Linear(hidden, hidden // 2), torch.nn.ReLU(), torch.nn.Dropout(0.3),
                torch.nn.Linear(hidden // 2, 1),
            )

        def forward(self, x):
            steps_, _ = self.lstm(x)
            return self.head(steps_[:, -1])

    return Network()


def said(hidden, layers, times):
    """A process's measurement, as its last line."""
    print(json.dumps(dict(
        network=f"{hidden}x{layers}", milliseconds=statistics.median(times), fastest=min(times),
        peak_rss_mib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )))


def measure(hidden, layers, batch, workers, steps, how, device):
    import torch

    rank = int(os.environ.get("RANK", 0))
    place = torch.device(device, rank if device == "cuda" else None)
    if workers > 1:
        torch.set_num_threads(max(1, (os.cpu_count() or 1) // workers))
        torch.distributed.init_process_group("nccl" if device == "cuda" else "gloo")
    network = network_of(hidden, layers).to(place)
    model = network
    if workers > 1 and how != "flat":
        model = torch.nn.parallel.DistributedDataParallel(network, gradient_as_bucket_view=True)
    adam = torch.optim.Adam(network.parameters(), lr=1e-3, weight_decay=1e-5, fused=how != "plain")
    share = batch // workers
    x, y, w = (made.to(place) for made in (torch.randn(share, TIME, FEATURES), torch.randn(share), torch.ones(share)))
    times = []
    for _ in range(steps):
        start = time.perf_counter()
        with torch.autocast(device, torch.bfloat16, enabled=how == "bfloat16"):
            outputs = model(x).float()
        loss = (w * (outputs.squeeze(1) - y) ** 2).mean()
        adam.zero_grad()
        loss.backward()
        if how == "flat":
            gradients = [parameter.grad for parameter in network.parameters()]
            flat = torch.cat([gradient.view(-1) for gradient in gradients])
            torch.distributed.all_reduce(flat)
            flat /= workers
            for gradient, sum_ in zip(gradients, flat.split([gradient.numel() for gradient in gradients])):
                gradient.copy_(sum_.view_as(gradient))
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        adam.step()
        loss.item()
        times.append((time.perf_counter() - start) * 1e3)
    if rank == 0:
        said(hidden, layers, times[max(3, steps // 5):])
    if workers > 1:
        # The interpreter's own way out aborts now and then, over a thread of gloo's that still runs.
        torch.distributed.barrier()
        sys.stdout.flush()
        os._exit(0)


def forecasts(hidden, layers, repeats, device):
    """Forecasts at all origins without gradients, windows gathered from the hours."""
    import torch

    network = network_of(hidden, layers).eval().to(device)
    hours = torch.randn(FORECASTS + TIME - 1, FEATURES)
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        with torch.no_grad():
            windows = hours.to(device).unfold(0, TIME, 1).transpose(1, 2)  # (origins, time, features), a view
            outputs = torch.cat([network(part.contiguous()) for part in windows.split(TOGETHER)]).cpu()
        times.append((time.perf_counter() - start) * 1e3)
        assert len(outputs) == FORECASTS
    said(hidden, layers, times)


def epoch(hidden, layers, batch, device):
    """The original's way: a DataLoader over a list of windows, loss.item() and a Python loop."""
    import numpy
    import torch

    hours = ORIGINS + TIME
    table = numpy.random.default_rng(1).standard_normal((hours, FEATURES)).astype("float32")

    class Windows(torch.utils.data.Dataset):
        def __len__(self):
            return hours - TIME

        def __getitem__(self, i):
            return torch.tensor(table[i : i + TIME]), torch.tensor(table[i + TIME, 0]), torch.tensor(1.0)

    lstm = torch.nn.LSTM(FEATURES, hidden, layers, batch_first=True, dropout=0.3)
    head = torch.nn.Sequential(torch.nn.Linear(hidden, hidden // 2), torch.nn.ReLU(), torch.nn.Linear(hidden // 2, 1))
    lstm, head = lstm.to(device), head.to(device)
    parameters = [*lstm.parameters(), *head.parameters()]
    adam = torch.optim.Adam(parameters, lr=1e-3, weight_decay=1e-5)
    start = time.perf_counter()
    for x, y, w in torch.utils.data.DataLoader(Windows(), batch_size=batch, shuffle=True):
        x, y, w = x.to(device), y.to(device), w.to(device)
        loss = (w * (head(lstm(x)[0][:, -1]).squeeze(1) - y) ** 2).mean()
        adam.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        adam.step()
        loss.item()
    said(hidden, layers, [(time.perf_counter() - start) * 1e3 / (ORIGINS // batch)])


def theirs(what, *numbers, workers=1, **environment):
    words = [sys.executable, __file__, what, *map(str, numbers)]
    if workers > 1:
        launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(workers)]
        words = launcher + words[1:]
    return result(subprocess.run(words, capture_output=True, text=True, env={**os.environ, **environment}))


def result(done):
    """What a process measured, or the last thing it said when it could not."""
    found = next((line for line in done.stdout.splitlines() if line.startswith("{")), None)
    if done.returncode == 0 and found:
        return json.loads(found)
    said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    reason = next((line for line in reversed(said) if "Error" in line), said[-1] if said else f"exit status {done.returncode}")
    return {"cannot": reason[:200]}


def ours(binary, network, workers, steps, *more):
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder, "out.jsonl")
        words = [binary, "--hidden", network["hidden"], "--layers", network["layers"], "--batch", network["batch"]]
        words += ["--workers", workers, "--steps", steps, "--out", out, *more]
        subprocess.run([str(word) for word in words], check=True, capture_output=True)
        return json.loads(out.read_text())


def engines(binary, network, device, devices, fast_half):
    """Who takes steps of this network, and how: those of one process in single precision, and the others. Workers take a
    GPU each. Without instructions for half precision (`fast_half`) a step takes seconds: a few tell."""
    size = network["hidden"], network["layers"], network["batch"]
    steps = network["steps"] * (1 if device == "cpu" else 5)  # of a few milliseconds

    def dvol(workers):
        return lambda: ours(binary, network, workers, steps, "--device", device)

    def dvol_half(workers):
        count = steps if fast_half else max(steps // 8, 4)
        return lambda: ours(binary, network, workers, count, "--device", device, "--bfloat16")

    def torch(workers, how, **environment):
        return lambda: theirs("--measure", *size, workers, steps, how, device, workers=workers, **environment)

    def dvol_epoch():
        found = ours(binary, network, 1, ORIGINS // network["batch"], "--device", device)
        return {**found, "milliseconds": found["mean"]}

    alone = {"dvol": dvol(1), "PyTorch": torch(1, "plain"), "PyTorch, fused Adam": torch(1, "fused")}
    if device == "cpu":
        alone["PyTorch, fused Adam, pages kept"] = torch(1, "fused", **PAGES_KEPT)
    if not network["all_engines"]:
        return alone, {}
    pairs = {
        "dvol, 2 workers": dvol(2),
        "PyTorch, 2 processes, Reducer": torch(2, "reducer"),
        "PyTorch, 2 processes, flat": torch(2, "flat"),
        "dvol, 2 workers, bfloat16": dvol_half(2),
    }
    return alone, {
        **(pairs if device == "cpu" or devices > 1 else {}),
        "dvol, bfloat16": dvol_half(1),
        "PyTorch, bfloat16": torch(1, "bfloat16"),
        "dvol, epoch": dvol_epoch,
        "PyTorch, original's epoch": lambda: theirs("--epoch", *size, device),
    }


def forecasters(binary, network, device):
    """Who forecasts with this network."""
    repeats = network["forecasts"]
    return {
        "dvol, forecasts": lambda: ours(binary, network, 1, repeats, "--predict", FORECASTS, "--device", device),
        "PyTorch, no_grad": lambda: theirs("--forecasts", network["hidden"], network["layers"], repeats, device),
    } if repeats else {}


def faster(rounds):
    """How often ours is faster, as the median over turns of the ratio within a turn."""
    def median(ours, *theirs):
        def best(found):
            return min((found[name]["milliseconds"] for name in theirs if "milliseconds" in found.get(name, {})), default=None)

        both = [found for found in rounds if ours in found and best(found) is not None]
        ratios = [best(found) / found[ours]["milliseconds"] for found in both]
        return round(statistics.median(ratios), 2) if ratios else None

    return {
        "step, PyTorch as it comes": median("dvol", "PyTorch"),
        "step, PyTorch with fused Adam": median("dvol", "PyTorch", "PyTorch, fused Adam"),
        "step, PyTorch with fused Adam and pages kept": median("dvol", "PyTorch, fused Adam, pages kept"),
        "2 workers, PyTorch with 2 processes": median("dvol, 2 workers", "PyTorch, 2 processes, Reducer", "PyTorch, 2 processes, flat"),
        "epoch, the original's": median("dvol, epoch", "PyTorch, original's epoch"),
        "forecasts, PyTorch without gradients": median("dvol, forecasts", "PyTorch, no_grad"),
    }


def row(network, name, rounds):
    found = [measured[name] for measured in rounds if name in measured]
    cannot = next((one["cannot"] for one in found if "cannot" in one), None)
    if cannot:
        return dict(network=network, engine=name, cannot=cannot)
    milliseconds = [round(one["milliseconds"], 2) for one in found]
    return dict(
        network=network, engine=name, milliseconds=round(statistics.median(milliseconds), 2), rounds=milliseconds,
        fastest=round(min(one["fastest"] for one in found), 2), peak_rss_mib=round(max(one["peak_rss_mib"] for one in found)),
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", nargs=7)
    parser.add_argument("--epoch", nargs=4)
    parser.add_argument("--forecasts", nargs=4)
    parser.add_argument("--binary", help="the compiled bench `training` [default: built now]")
    parser.add_argument("--networks", default=",".join(NETWORKS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--avx2", action="store_true", help="as on a processor without AVX-512")
    parser.add_argument("--gpu", action="store_true", help="on this machine's GPU")
    parser.add_argument("--out", help="[default: results/bench/training/PROCESSOR.json]")
    arguments = parser.parse_args()
    if arguments.measure:
        *numbers, how, device = arguments.measure
        return measure(*map(int, numbers), how, device)
    for work, words in ((epoch, arguments.epoch), (forecasts, arguments.forecasts)):
        if words:
            *numbers, device = words
            return work(*map(int, numbers), device)
    binary = arguments.binary or executables("training")["training"]
    if arguments.avx2:
        os.environ.update(AVX2_ALONE)
    machine = graphics() if arguments.gpu else dict(processor(), forced=arguments.avx2)
    device, devices = ("cuda", machine["gpus"]) if arguments.gpu else ("cpu", 1)
    print(f"{machine['name']}, libtorch uses {machine['libtorch_uses']}, sgemm {machine['sgemm_gflops']} GFLOP/s", flush=True)
    document = dict(processor=machine, cores=os.cpu_count(), packages=dict(torch=version("torch")), rounds=arguments.rounds, turns=TURNS,
                    rows=[], forecasts=[], times_faster={})
    for name in arguments.networks.split(","):
        network = NETWORKS[name]
        alone, others = engines(binary, network, device, devices, machine["libtorch_uses"] in ("avx512", "cuda"))
        forecasting = forecasters(binary, network, device)
        rounds = []
        for number in range(arguments.rounds):
            rounds.append({engine: run() for engine, run in {**alone, **others, **forecasting}.items()})
            rounds += [{engine: run() for engine, run in alone.items()} for _ in range(TURNS - 1)]
            print(f"{name}: round {number + 1} of {arguments.rounds}, load {os.getloadavg()[0]:.1f}", flush=True)
        for engine in rounds[0]:
            made = row(name, engine, rounds)
            document["forecasts" if engine in forecasting else "rows"].append(made)
            if "cannot" in made:
                print(f"{name}  {engine:<32} cannot: {made['cannot']}", flush=True)
                continue
            print(f"{name}  {engine:<32} {made['milliseconds']:8.2f} ms  rounds {made['rounds']}  fastest {made['fastest']:8.2f} ms"
                  f"  {made['peak_rss_mib']:6} MiB", flush=True)
        document["times_faster"][name] = faster(rounds)
        print(f"{name}  times faster: {document['times_faster'][name]}", flush=True)
    document["origins"] = FORECASTS
    write(arguments.out or f"results/bench/training/{slug(machine)}.json", document)


if __name__ == "__main__":
    main()
