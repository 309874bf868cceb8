"""Everything but training beside its peers, into results/bench/econometrics.json: `make bench-peers`.

Three rounds, each with ours (a criterion bench) and its peer (a script beside this one; where R is installed, one of
R's packages too) in turns, every measurement in a process of its own; the file holds the medians over rounds. Last come the stages that nobody else has.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

from peers import executables, write

HERE = pathlib.Path(__file__).resolve().parent
OUT = pathlib.Path("results/bench/econometrics.json")
# Of each criterion bench what has a peer.
GROUPS = {"jumps": "/(lee_mykland|har_regression|garch_1500)$", "validation": "/(adf_aic|ljung_box_50|bias_hac_48|report)$", "comparison": ""}
# Criterion's usual eight seconds a bench would take most of the time; its medians settle long before.
BRIEF = ["--bench", "--warm-up-time", "0.5", "--measurement-time", "1.5", "--noplot"]


def criterion(binary, folder, only=""):
    environment = os.environ | {"CRITERION_HOME": str(folder)}
    done = subprocess.run([binary, *BRIEF, *filter(None, [only])], env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{binary}: exit {done.returncode}\n{done.stderr[-2000:]}")


def peer(name, folder):
    done = subprocess.run([sys.executable, HERE / f"{name}.py", folder], check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def r_peer(folder):
    """R's packages on the numbers that validation.py left, ours beside; None without R."""
    if not shutil.which("Rscript"):
        return None
    done = subprocess.run(["Rscript", HERE / "validation.R", folder], check=True, stdout=subprocess.PIPE, text=True)
    document = json.loads(done.stdout)
    for row in document["work"]:
        estimates = folder / "validation" / row["work"] / "new/estimates.json"
        row["dvol_seconds"] = json.loads(estimates.read_text())["median"]["point_estimate"] / 1e9
        row["times_faster"] = row["peer_seconds"] / row["dvol_seconds"]
    return document


def median_of(rounds):
    """One group's rounds as one document: medians of the times, and of the ratios within a round."""
    document = rounds[0]
    for position, row in enumerate(document["work"]):
        same = [one["work"][position] for one in rounds]
        for key in ("peer_seconds", "dvol_seconds", "times_faster"):
            if key in row:
                row[key] = statistics.median(one[key] for one in same)
    return document


def pipeline(folder):
    """Criterion's medians of the stages, in seconds."""
    medians = {}
    for path in sorted((folder / "pipeline").glob("*/new/estimates.json")):
        medians[path.parts[-3]] = json.loads(path.read_text())["median"]["point_estimate"] / 1e9
    return medians


def scale(binary, folder):
    out = folder / "scale.json"
    subprocess.run([binary], check=True, env=os.environ | {"DVOL_BENCH_OUT": str(out)})
    return json.loads(out.read_text())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    count = parser.parse_args().rounds
    binaries = executables(*GROUPS, "pipeline", "scale")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        rounds = {group: [] for group in GROUPS}
        in_r = []
        for number in range(count):
            for group, only in GROUPS.items():
                criterion(binaries[group], folder, only)
                rounds[group].append(peer(group, folder))
            in_r += filter(None, [r_peer(folder)])
            print(f"econometrics: round {number + 1} of {count}, load {os.getloadavg()[0]:.1f}", flush=True)
        criterion(binaries["pipeline"], folder)
        document = {
            "cores": os.cpu_count(),
            "rounds": count,
            "peers": [median_of(found) for found in [*rounds.values(), in_r] if found],
            "pipeline_seconds": pipeline(folder),
            "scale": scale(binaries["scale"], folder),
        }
    if not in_r:
        print("econometrics: without Rscript there are no rows of R's packages; benches/peers/validation.R says what they need")
    write(OUT, document)
    for group in document["peers"]:
        for row in group["work"]:
            ours = f"{row['dvol_seconds'] * 1e3:10.3f} ms, {row['times_faster']:8.1f} times faster" if "dvol_seconds" in row else ""
            print(f"{row['work']:<24} peer {row['peer_seconds'] * 1e3:10.3f} ms, dvol {ours}")
    print(json.dumps({"pipeline_seconds": document["pipeline_seconds"], "scale": document["scale"]}, indent=1))


main()
