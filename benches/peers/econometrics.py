"""Everything but training beside its peers, into results/bench/econometrics.json: `make bench-peers`.

    python benches/peers/econometrics.py CRITERION_FOLDER

expects the criterion benches to have run; runs each peer script in a process of its own, then the bench `scale`.
"""

import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
OUT = pathlib.Path("results/bench")


def peer(name, criterion):
    done = subprocess.run([sys.executable, HERE / f"{name}.py", criterion], check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def pipeline(criterion):
    """Criterion's medians of the stages, in seconds; nobody else has these stages."""
    medians = {}
    for path in sorted((criterion / "pipeline").glob("*/new/estimates.json")):
        medians[path.parts[-3]] = json.loads(path.read_text())["median"]["point_estimate"] / 1e9
    return medians


def scale():
    out = (OUT / "scale.json").resolve()
    words = ["cargo", "bench", "--locked", "--profile", "dev", "--bench", "scale"]
    subprocess.run(words, check=True, env=os.environ | {"DVOL_BENCH_OUT": str(out)})
    found = json.loads(out.read_text())
    out.unlink()
    return found


def main():
    criterion = pathlib.Path(sys.argv[1])
    OUT.mkdir(parents=True, exist_ok=True)
    document = {
        "cores": os.cpu_count(),
        "peers": [peer(name, criterion) for name in ("jumps", "validation", "comparison")],
        "pipeline_seconds": pipeline(criterion),
        "scale": scale(),
    }
    temporary = OUT / "econometrics.json.tmp"
    temporary.write_text(json.dumps(document, indent=1) + "\n")
    temporary.rename(OUT / "econometrics.json")
    print(json.dumps(document, indent=1))


main()
