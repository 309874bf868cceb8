"""What stands behind the chapters: where the data came from, every configuration tried, every test with its null."""

import json

from manuscript import Shown, escape, string


def table(headings, rows, right=()):
    """A table of words and digits as a chapter's cell would show it."""
    sides = ", ".join("right" if place in right else "left" for place in range(len(headings)))
    cells = "".join("  " + ", ".join(string(cell) for cell in row) + ",\n" for row in rows)
    typst = (f"#table(\n  columns: {len(headings)},\n  align: ({sides},),\n  stroke: none,\n  table.hline(stroke: 0.08em),\n"
             f"  table.header({', '.join(string(one) for one in headings)}),\n  table.hline(stroke: 0.05em),\n{cells}"
             "  table.hline(stroke: 0.08em),\n)\n")

    def tag(place):
        return "" if place in right else " class=\"words\""

    def heading(place, scope, words):
        return f"<th{tag(place)} scope=\"{scope}\">{escape(words)}</th>"
    head = "".join(heading(place, "col", one) for place, one in enumerate(headings))
    body = "".join("<tr>" + heading(0, "row", row[0]) + "".join(
        f"<td{tag(place)}>{escape(cell)}</td>" for place, cell in enumerate(row) if place) + "</tr>" for row in rows)
    html = f"<div class=\"dvol\"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    return Shown("table", typst, html, "\n".join("| " + " | ".join(row) + " |" for row in rows), recorded=True)


def cell(name, caption):
    return f"\n\nTable: {caption} {{#tbl:{name}}}\n\n::: {{#appendix-{name} .cell}}\n:::\n\n"


def sources(data):
    """The files of the data set, as its manifest knows them."""
    manifest = data / "manifest.json"
    if not manifest.exists():
        text = ("No data were imported: all chapters ran on the simulated market, whose law and seed stand in the configuration. "
                "`dvol data import` and `dvol data fetch` bring real series in.")
        return "sources", "Data sources", text, {}
    document = json.loads(manifest.read_text())
    rows = [[str(one["subject"]), one["path"].rsplit("/", 1)[-1], f"{one['rows']:,}", f"{one['gaps']:,}", one["first"][:10], one["last"][:10],
             one["sha256"][:12]] for one in document["sources"]]
    text = (f"The panel has {document['rows']:,} hours from {document['first']} to {document['last']}; its fingerprint, over all values and "
            f"the hours at which each became known, is `{document['fingerprint'][:16]}`. The files may be shown in results, not handed on."
            + cell("sources", "Files that the panel was made of: rows, gaps, first and last day, the first digits of SHA-256."))
    return "sources", "Data sources", text, {"appendix-sources": [table(
        ["series", "file", "rows", "gaps", "from", "to", "SHA-256"], rows, right=(2, 3))]}


def tried(results):
    """Every configuration that was scored on the way, kept or not."""
    document = json.loads((results / "backtest" / "tried.json").read_text())
    rows = [[one["configuration"], one["period"], "" if one["skill_percent"] is None else f"{one['skill_percent']:.3f}".replace("-", "\u2212")]
            for one in document["trials"]]
    words = "\n".join(f"`{key}`\n:   {' '.join(text.split())}\n" for key, text in document["abbreviations"].items())
    text = ("A search that is not written down cannot be paid for. The table lists every configuration that was scored, on the period inside "
            "which choices were made (inner) or on the walk-forward's own (outer), with its skill against persistence in per cent. The names "
            f"are those of a laboratory notebook:\n\n{words}" + cell("tried", "All configurations tried."))
    return "tried", "Configurations tried", text, {"appendix-tried": [table(["configuration", "period", "skill %"], rows, right=(2,))]}


def nulls(node, found):
    """Every test result in a recorded document: (name, null)."""
    if isinstance(node, dict):
        if {"name", "null", "statistic"} <= node.keys():
            found.setdefault((node["name"], node["null"]))
        for value in node.values():
            nulls(value, found)
    elif isinstance(node, list):
        for value in node:
            nulls(value, found)


def shown_nulls(report, found):
    """The same in the tables that chapters show."""
    for block in report.get("blocks", []):
        names = [column["heading"] for column in block.get("columns", [])]
        if "test" in names and "null" in names:
            for row in block["rows"]:
                cells = [one.get("text", "") for one in row.get("cells", [])]
                if cells:
                    found.setdefault((cells[names.index("test")].rstrip(" *"), cells[names.index("null")]))


def tests(results, notebooks):
    """Every hypothesis test whose outcome stands in this thesis."""
    found = {}
    for _, notebook in notebooks:
        for one in notebook.cells:
            for output in one.get("outputs", []):
                report = output.get("data", {}).get("application/vnd.dvol.report+json")
                if report:
                    shown_nulls(json.loads(report) if isinstance(report, str) else report, found)
    for path in sorted(results.rglob("*.json")):
        if not {"chapters", "tables", "cli_training", "folds", "book"} & set(path.parts):
            nulls(json.loads(path.read_text()), found)
    if not found:
        return None
    rows = {}
    for name, null in found:
        rows.setdefault(name, []).append(null)
    text = ("A p-value is an answer to a null hypothesis. The table names the null of every test whose outcome stands in the chapters or in a recorded "
            "result. A test between models has one null for each model or pair: the first stands for all, and their number beside it. Their sources are in "
            "the references." + cell("nulls", "All tests, with their null hypotheses."))
    return "tests", "Tests and their nulls", text, {"appendix-nulls": [table(
        ["test", "null hypothesis", "nulls"], [[name, all_of_it[0], str(len(all_of_it))] for name, all_of_it in rows.items()], right=(2,))]}


def of(root, notebooks):
    """The appendices of the thesis below a root."""
    made = [sources(root / "data"), tried(root / "results"), tests(root / "results", notebooks)]
    return [one for one in made if one is not None]
