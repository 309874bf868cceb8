"""The tables of README.md, docs/results.md and docs/training.md, and the cell's output, from committed files: `make readme`; `--check` fails when they differ.

A table stands between `<!-- NAME: tools/readme.py -->` and `<!-- end -->`; its maker below has the same name.
"""

import json
import pathlib
import re
import sys

import chapters as notebooks

ROOT = pathlib.Path(__file__).resolve().parent.parent


def read(path):
    return json.loads((ROOT / "results" / path).read_text())


def table(header, rows):
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def percent(value, digits=1):
    return "" if value is None else f"{100 * value:.{digits}f} %"


def seconds(value):
    for unit, size in (("s", 1), ("ms", 1e-3), ("µs", 1e-6)):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value / 1e-9:.3g} ns"


def cell():
    """What README's cell shows: the test suite runs it and holds it against this snapshot."""
    kept = (ROOT / "notebooks" / "snapshots" / "00_readme.txt").read_text()
    return "```text\n" + kept.split("\n", 1)[1].strip() + "\n```"


def chapters():
    """What each chapter asks, as it says itself."""
    rows = [(path, notebooks.cells(path)) for path in notebooks.paths(ROOT)]
    return table(["chapter", "asks"],
                 [[f"[{notebooks.title(cells)}]({path.relative_to(ROOT)})", notebooks.question(cells)] for path, cells in rows])


def skill():
    """The walk-forward on the real series."""
    comparison = read("backtest/comparison.json")
    intervals = {row["model"]: {one["score"]: one for one in row["intervals"]} for row in comparison["intervals"]}
    against = {row["second"]: row for row in comparison["diebold_mariano"] if row["first"] == "persistence"}
    kept = {row["model"]: row["p_value"] for row in comparison["model_confidence_set"]["models"]}
    rows = []
    for row in read("backtest/metrics.json"):
        model, test = row["model"], against.get(row["model"])
        bounds = intervals.get(model, {}).get("skill")
        rows.append([
            f"`{model}`", f"{row['rmse']:.3f}", percent(row["skill"]),
            f"{100 * bounds['lower']:.1f} .. {100 * bounds['upper']:.1f}" if bounds and model != "persistence" else "",
            percent(row["directional_accuracy"]),
            f"{test['statistic']:.2f} ({test['p_value']:.4f})" if test else "",
            f"{test['adjusted_p']:.3f}" if test else "",
            f"{kept[model]:.3f}" if model in kept else "",
        ])
    return table(["model", "RMSE", "skill", "95 % of it", "direction", "DM (p)", "p, all pairs", "MCS p"], rows)


def best():
    """Some rows of the walk-forward: the bar, Corsi's regression, networks alone and on the ridges, the ridges, the ridges that forget, networks on those."""
    rows = skill().splitlines()
    names = ("persistence", "har", "anchored", "har_lstm", "har_two_stage", "har_windows", "har_events", "har_events_lstm")
    return "\n".join(rows[:2] + [row for name in names for row in rows[2:] if row.startswith(f"| `{name}` |")])


def goals():
    """What was asked of the best network, and what it reached."""
    document = read("backtest/goals.json")
    rows = []
    for goal in document["goals"]:
        value = "" if goal["value"] is None else f"{goal['value']:.4f}" if goal["line"].endswith(", p") else percent(goal["value"])
        rows.append([goal["line"], goal["threshold"], value, "yes" if goal["reached"] else "no", goal.get("note", "")])
    return table([f"`{document['model']}`", "asked", "found", "reached", ""], rows)


def sizes():
    """How often the tests of the tables reject true nulls, as `dvol compare --monte-carlo` recorded it."""
    between = [row["rejected"] for row in read("forecast_test_sizes.json")["rows"] if row["long_run"] == "cosine" and row["n"] >= 1000]
    promises = [row for row in read("coverage_test_sizes.json") if row["n"] >= 1000]
    jumps = [row for row in read("jumps_size_power.json")["rows"] if row["test"] == "family_wise_student_periodic"]

    def spread(values):
        values = sorted(values)
        return f"{values[len(values) // 2]:.1f} % ({values[0]:.1f} to {values[-1]:.1f})"

    return table(["true nulls rejected", "promised", "in simulated samples"], [
        ["tests between forecasts, 1,000 origins or more", "5 %", spread([100 * row[0] for row in between])],
        ["", "1 %", spread([100 * row[1] for row in between])],
        ["tests of what intervals promise, 1,000 origins or more", "5 %", spread([row["at_5"] for row in promises])],
        ["", "1 %", spread([row["at_1"] for row in promises])],
        ["jumps in a year, family-wise (Student), hour of the week removed", "1 %", spread([100 * row["size_family_wise"] for row in jumps if abs(row["alpha"] - 0.01) < 1e-12])],
    ])


def horizons():
    """Skill at several distances."""
    rows = read("backtest/horizons.json")
    models = list(dict.fromkeys(row["model"] for row in rows))
    distances = list(dict.fromkeys(row["horizon"] for row in rows))
    found = {(row["model"], row["horizon"]): row for row in rows}
    shown = [model for model in models if model != "persistence" and min(found[model, h]["skill"] for h in distances) > -0.5]
    over_all = {row["second"]: [f"{row[test]['p_value']:.3f}" for test in ("uniform", "average")] for row in read("backtest/multi_horizon.json")}
    lines = [[f"`{model}`", *(percent(found[model, h]["skill"], 2 if h < 24 else 1) for h in distances), *over_all[model]] for model in shown]
    return table(["skill at", *(f"{h} h" for h in distances), "p, every distance", "p, on average"], lines)


def thesis_split():
    """The last fifth of the thesis's window, beside the numbers the original printed."""
    lines = []
    for row in read("thesis_split.json")["rows"]:
        name = f"*{row['model']}*" if row["published"] else f"`{row['model']}`"
        if row["r2"] < 0:
            continue
        lines.append([name, f"{row['horizon_hours']} h", f"{row['r2']:.4f}", f"{row['rmse']:.2f}", f"{row['mae']:.2f}",
                      percent(row["skill"]), row.get("note") or ""])
    return table(["", "ahead", "R2", "RMSE", "MAE", "skill", ""], lines)


def speed():
    """Statistics beside the packages that have them, in one run on one machine."""
    document = read("bench/econometrics.json")
    names = {
        "lee_mykland": "Lee-Mykland, 38,000 hours", "har_regression": "HAR regression, 38,000 rows",
        "garch_1500": "GARCH(1,1), 1,500 returns", "adf_aic": "ADF with AIC lags, 38,000 rows",
        "ljung_box_50": "Ljung-Box, 50 lags, 38,000 rows", "bias_hac_48": "HAC t-test of bias, 48 lags, 38,000 rows",
        "report": "validation report, 38,000 residuals", "mcs_range": "model confidence set, 10 models, 7,400 losses, 1,000 draws",
        "mcs_max": "the same, statistic max", "spa": "superior predictive ability, the same losses",
        "optimal_block_length": "block length, 7,400 losses",
    }
    rows = []
    for group in document["peers"]:
        packages = ", ".join(f"{name} {version}" for name, version in group["packages"].items())
        for work in group["work"]:
            rows.append([names[work["work"]], seconds(work["dvol_seconds"]), seconds(work["peer_seconds"]),
                         f"{work['times_faster']:.1f}", packages])
    return table(["work", "dvol", "peer", "times faster", "peer packages"], rows)


def kernel():
    """How long cells take in the real kernel."""
    document = read("bench/kernel.json")
    machine = document["processor"]
    head = f"{machine['cores']} cores of {machine['name']}, load {document['load_at_start']:.1f}"
    rows = [[name, f"{one['seconds']:.2f}", f"{one['cpu_seconds']:.2f}"] for name, one in document["rows"].items()]
    rows.append(["peak memory", f"{document['peak_rss_mib']} MiB", ""])
    return table([head, "seconds", "CPU-seconds"], rows)


def scale():
    """Stages on the thesis's hours, and a series that does not fit into memory twice."""
    document = read("bench/econometrics.json")
    names = {"import": "import of four CSV files, 37,949 hours", "features": "features", "jumps": "jump tests and event study",
             "import_to_scores": "files to scores: all of these, Corsi's HAR and persistence",
             "har_family": "the HAR family and persistence, twelve models fitted and scored"}
    rows = [[names[name], seconds(document["pipeline_seconds"][name]), ""] for name in names]
    big = document["scale"]
    rows.append([f"{big['rows']:,} one-second bars in parquet: realized measures and jumps", seconds(big["seconds"]), f"{big['peak_rss_mib']} MiB"])
    return table(["work", "time", "peak memory"], rows)


def processors():
    """The files of training steps, one a kind of processor: its name, long and short, and what was measured there."""
    for path in sorted((ROOT / "results" / "bench" / "training").glob("*.json")):
        document = json.loads(path.read_text())
        machine = document["processor"]
        sgemm = machine["sgemm_gflops"]
        speed = f", sgemm {max(sgemm.values()):.0f} GFLOP/s" if sgemm else ""
        forced = " (forced)" if machine.get("forced") else ""
        short = f"{machine['name']}, {machine['libtorch_uses'].upper()}{forced}"
        many = f"{machine['gpus']} x " if "gpus" in machine else f"{machine['cores']} cores of "
        yield f"{many}{short}{speed}", short, document


def beside(part, shown):
    """A table for each kind of processor: engines by networks."""
    tables = []
    for name, _, document in processors():
        rows = document.get(part, [])
        networks = list(dict.fromkeys(row["network"] for row in rows))
        engines = list(dict.fromkeys(row["engine"] for row in rows))
        found = {(row["network"], row["engine"]): row for row in rows}

        def cell(network, engine):
            row = found.get((network, engine))
            if not row or "cannot" in row:
                return "cannot" if row else ""
            return f"{shown(row, document)}, {row['peak_rss_mib']} MiB"

        if rows:
            tables.append(table([name, *networks], [[engine, *(cell(network, engine) for network in networks)] for engine in engines]))
    return "\n\n".join(tables)


def training():
    """Optimiser steps beside PyTorch, interleaved on one machine."""
    return beside("rows", lambda row, _: f"{row['milliseconds']:.1f} ms")


def forecasting():
    """Forecasts a second beside PyTorch."""
    return beside("forecasts", lambda row, document: f"{1e3 * document['origins'] / row['milliseconds']:,.0f} a second")


def faster():
    """How often a step of ours is faster, and an epoch; each kind of processor beside the others."""
    found = [(network, short, ratios) for _, short, document in processors() for network, ratios in document["times_faster"].items()]
    against = list(dict.fromkeys(one for _, _, ratios in found for one in ratios))

    def ratio(value):
        return "" if value is None else f"{value:.2f}"

    rows = [[short, network, *(ratio(ratios.get(one)) for one in against)] for network, short, ratios in found]
    return table(["times faster", "network", *against], rows)


MAKERS = {maker.__name__: maker for maker in (cell, chapters, best, skill, sizes, goals, horizons, thesis_split, speed, kernel, scale, training, forecasting, faster)}


def main():
    block = re.compile(r"(<!-- (\w+): tools/readme\.py -->\n).*?(<!-- end -->)", re.DOTALL)
    for name in ("README.md", "docs/results.md", "docs/training.md"):
        path = ROOT / name
        text = path.read_text()
        made = block.sub(lambda found: found[1] + MAKERS[found[2]]() + "\n" + found[3], text)
        if "--check" in sys.argv:
            if made != text:
                sys.exit(f"{name}: a table differs from the result files: run `make readme`")
            continue
        temporary = path.with_suffix(".tmp")
        temporary.write_text(made)
        temporary.rename(path)
        print(f"readme: {name}, {len(block.findall(text))} tables")


if __name__ == "__main__":
    main()
