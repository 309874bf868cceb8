"""Real torchrun starts dvol on two processes: training that writes once, and a backtest whose tables are those of one
process. Needs the full PyTorch of .venv-peers (`make bench-peers` and `make test-all` install it)."""

import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
TORCHRUN = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / ".venv-peers/bin/torchrun")
DVOL = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug" / "dvol"
EXPERIMENT = """
simulation = { hours = 5000 }
folders = { data = "nowhere" }
[train.anchored]
hidden_size = 6
sequence_length = 6
epochs = 2
[backtest]
from = "2021-08-20"
to = "2021-10-10T23:00"
refit = "13d"
"""
TRAIN = "train jump_aware --hidden-size 16 --sequence-length 8 --epochs 2 --device cpu --threads 1 --save-prefix ranks"
BACKTEST = "backtest --models persistence,anchored --out"


def start(folder, launcher, words):
    done = subprocess.run([*launcher, DVOL, *words.split()], cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"{words}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def main():
    if not TORCHRUN.exists():
        sys.exit(f"{TORCHRUN} is missing: `make test-all` installs it")
    two = [TORCHRUN, "--no-python", "--standalone", "--nproc-per-node", "2"]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "thesis.toml").write_text(EXPERIMENT)
        said = start(folder, two, TRAIN)
        assert "x 2 workers" in said, said
        assert said.count("epoch 2/2") == 1, f"only rank 0 speaks:\n{said}"
        results = list(folder.glob("results/cli_training/*.json"))
        assert len(results) == 1, results
        start(folder, two, f"{TRAIN} --resume --epochs 3".replace("--epochs 2 ", ""))
        start(folder, two, f"{BACKTEST} ranks")
        start(folder, [], f"{BACKTEST} alone")
        for file in ["forecasts.csv", "metrics.json", "comparison.json"]:
            ranks, alone = (folder / out / file for out in ["ranks", "alone"])
            assert ranks.read_bytes() == alone.read_bytes(), file
    print("torchrun: two processes trained together, resumed, and left the backtest tables of one")


if __name__ == "__main__":
    main()
