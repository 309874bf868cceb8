//! One report, seven formats: what each reader sees, and that no label can break a format.

#![allow(clippy::pedantic, clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use dvol::evaluation::{Metrics, MetricsTable};
use dvol::kernel::Shown;
use dvol::panel::{Column, Panel};
use dvol::report::{
    Align, Bound, Cell, Csv, Html, Json, Latex, Markdown, Notation, RENDERERS, Renderer, Report, Reported,
    Table, Text, Tone, Typst, renderer,
};
use dvol::serde_json::{Value, from_str};
use std::collections::BTreeSet;
use std::path::Path;
use support::command::dvol;

/// Every kind of block and cell once.
fn sample() -> Report {
    let mut table = Table::new(["model", "n", "RMSE", "bias", "p", "an epoch", "set"]);
    table.push([
        Cell::name("har_log"),
        Cell::count(7444),
        Cell::number(3.61084, 3),
        Cell::signed(0.27361, 2),
        Cell::p_value(0.00001),
        Cell::number(5.04, 1).with_unit(" s"),
        Cell::verdict("in", Tone::Good),
    ]);
    table.push([
        Cell::text("the mean"),
        Cell::count(12),
        Cell::number(21.5895, 3).marked("***"),
        Cell::signed(-19.3, 2),
        Cell::bounded_p(0.1, Bound::AtLeast),
        Cell::missing(),
        Cell::verdict("out", Tone::Bad),
    ]);
    table.push_omitted(3);
    let mut report = Report::new();
    report.heading("Scores").line("24 h ahead").table(table).gap().note("* marks 5 %");
    report
}

#[test]
fn a_terminal_aligns_words_left_and_digits_right() {
    let expected = "\
Scores
24 h ahead
| model      |    n |      RMSE |   bias |         p | an epoch | set |
|------------|------|-----------|--------|-----------|----------|-----|
| har_log    | 7444 |     3.611 |  +0.27 |  < 0.0001 |    5.0 s | in  |
| the mean   |   12 | 21.590*** | -19.30 | >= 0.1000 |        - | out |
| ... 3 more |      |           |        |           |          |     |

* marks 5 %";
    assert_eq!(sample().to_string(), expected);
}

#[test]
fn html_marks_words_and_colours_by_tone() {
    let html = Html.render(&sample());
    let body = html.split_once("</style>").expect("a style").1;
    let expected = "<pre class=\"heading\">Scores</pre><pre>24 h ahead</pre><table><thead><tr>\
<th class=\"words\" scope=\"col\">model</th><th scope=\"col\">n</th><th scope=\"col\">RMSE</th><th scope=\"col\">bias</th>\
<th scope=\"col\">p</th><th scope=\"col\">an epoch</th><th class=\"words\" scope=\"col\">set</th>\
</tr></thead><tbody><tr><th class=\"word\" scope=\"row\">har_log</th><td>7444</td><td>3.611</td><td>+0.27</td><td>&lt; 0.0001</td>\
<td>5.0 s</td><td class=\"word\"><span class=\"good\">in</span></td></tr>\
<tr><th class=\"words\" scope=\"row\">the mean</th><td>12</td><td>21.590***</td><td>-19.30</td><td>&gt;= 0.1000</td><td>-</td>\
<td class=\"word\"><span class=\"bad\">out</span></td></tr>\
<tr class=\"more\"><td colspan=\"7\">... 3 more</td></tr></tbody></table><pre class=\"note\">* marks 5 %</pre></div>";
    assert_eq!(body, expected);
}

#[test]
fn markdown_sets_identifiers_as_code() {
    let expected = "\
**Scores**

24 h ahead

| model | n | RMSE | bias | p | an epoch | set |
| :-- | --: | --: | --: | --: | --: | :-- |
| `har_log` | 7444 | 3.611 | +0.27 | &lt; 0.0001 | 5.0 s | in |
| the mean | 12 | 21.590\\*\\*\\* | -19.30 | &gt;= 0.1000 | - | out |
| ... 3 more |  |  |  |  |  |  |

*\\* marks 5 %*
";
    assert_eq!(Markdown.render(&sample()), expected);
}

#[test]
fn latex_aligns_numbers_at_the_point() {
    let expected = r"\textbf{Scores}

24 h ahead

\begin{tabular}{l S[table-format=4.0] S[table-format=2.3] S[table-format=-2.2] r r l}
\toprule
model & {n} & {RMSE} & {bias} & p & an epoch & set \\
\midrule
\texttt{har\_log} & 7444 & 3.611 & +0.27 & \textless{} 0.0001 & 5.0 s & in \\
the mean & 12 & 21.590{\textsuperscript{***}} & -19.30 & \textgreater{}= 0.1000 & -- & out \\
\multicolumn{7}{l}{... 3 more} \\
\bottomrule
\end{tabular}

\emph{* marks 5 \%}
";
    assert_eq!(Latex.render(&sample()), expected);
}

#[test]
fn typst_holds_text_as_strings() {
    let expected = r##"#strong("Scores")

#"24 h ahead"

#table(
  columns: 7,
  align: (left, right, right, right, right, right, left,),
  stroke: none,
  table.hline(stroke: 0.08em),
  table.header("model", "n", "RMSE", "bias", "p", "an epoch", "set"),
  table.hline(stroke: 0.05em),
  raw("har_log"), "7444", "3.611" + hide("***"), "+0.27", "< 0.0001", "5.0 s", text(fill: rgb("#00664B"), "in"),
  "the mean", "12", "21.590***", "−19.30", ">= 0.1000", "-", text(fill: rgb("#A33B00"), "out"),
  table.cell(colspan: 7, "... 3 more"),
  table.hline(stroke: 0.08em),
)

#emph("* marks 5 %")
"##;
    assert_eq!(Typst.render(&sample()), expected);
}

#[test]
fn typst_sets_points_under_points_and_long_headings_in_lines() {
    let mut wide = Table::new(["coverage 80 %", "width 80 %"]);
    wide.push([Cell::number(0.8, 1), Cell::number(0.8, 1)]);
    let heading = "  table.header(\"coverage\" + linebreak() + \"80\u{a0}%\", \"width 80\u{a0}%\"),";
    assert!(Typst.render(&wide.into()).contains(heading), "a unit stays with its number");
    let mut table = Table::new(["", "direction (consecutive)"]);
    table.push([Cell::text("a"), Cell::number(0.5, 1)]);
    table.push([Cell::text("b"), Cell::number(0.25, 3)]);
    table.push([Cell::text("c"), Cell::written(5.54e-9, Notation::Exponent(2))]);
    table.push([Cell::text("d"), Cell::shortest(3.0)]);
    let text = Typst.render(&table.into());
    for line in [
        "  table.header(\"\", \"direction\" + linebreak() + \"(consecutive)\"),",
        "  \"a\", \"0.5\" + hide(\"00\"),",
        "  \"b\", \"0.250\",",
        "  \"c\", \"5.54·10\" + super(\"−9\"),",
        "  \"d\", \"3\" + hide(\".000\"),",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
}

#[test]
fn csv_holds_the_tables_in_full_precision() {
    let expected = "\
model,n,RMSE,bias,p,an epoch (s),set
har_log,7444,3.61084,0.27361,0.00001,5.04,in
the mean,12,21.5895,-19.3,0.1,,out
";
    assert_eq!(Csv.render(&sample()), expected);
}

#[test]
fn json_names_the_kind_of_each_cell() {
    let document: Value = from_str(&Json.render(&sample())).expect("JSON");
    assert_eq!(document["blocks"][1]["text"], "24 h ahead");
    let table = &document["blocks"][2];
    assert_eq!(table["columns"][2]["heading"], "RMSE");
    let cells = &table["rows"][0]["cells"];
    assert_eq!(cells[2]["value"], 3.61084);
    assert_eq!(cells[4]["kind"], "p_value");
    assert_eq!(cells[6]["tone"], "good");
    assert_eq!(table["rows"][2]["omitted"], 3);
}

/// A label that holds what any of the formats would read as its own.
const HOSTILE: &str = "<script>a | b</script> $x_1$ & #set {c}\\d\"e\n\u{1b}[31mred\u{7} `f` [g] 5 % ~^*";

fn hostile() -> Report {
    let mut table = Table::new([HOSTILE, "n"]);
    table.push([Cell::text(HOSTILE), Cell::count(1)]);
    table.push([Cell::name(HOSTILE), Cell::count(2)]);
    table.push([Cell::verdict(HOSTILE, Tone::Unsure), Cell::count(3)]);
    let mut report = Report::new();
    report.heading(HOSTILE).line(HOSTILE).note(HOSTILE).table(table);
    report
}

#[test]
fn no_format_but_json_lets_a_control_character_through() {
    for format in RENDERERS {
        let text = format.render(&hostile());
        let wild: Vec<char> = text.chars().filter(|c| c.is_control() && *c != '\n').collect();
        assert!(wild.is_empty(), "{}: {wild:?}", format.name());
    }
}

#[test]
fn a_label_with_a_line_end_stays_on_its_line() {
    // Heading, line, note, header, rule, three rows.
    assert_eq!(Text.render(&hostile()).lines().count(), 8);
    assert_eq!(Csv.render(&hostile()).lines().count(), 4);
}

#[test]
fn html_shows_markup_as_text() {
    let html = Html.render(&hostile());
    assert!(!html.contains("<script>"), "{html}");
    assert_eq!(html.matches("&lt;script&gt;a | b&lt;/script&gt; $x_1$ &amp; #set {c}\\d&quot;e").count(), 7);
}

#[test]
fn a_bar_in_a_markdown_cell_opens_no_column() {
    let text = Markdown.render(&hostile());
    for row in text.lines().filter(|line| line.starts_with("| ")) {
        assert_eq!(row.matches('|').count() - row.matches("\\|").count(), 3, "{row}");
    }
    let told = "&lt;script&gt;a \\| b&lt;/script&gt; \\$x\\_1\\$ &amp; \\#set {c}\\\\d";
    assert!(text.contains(told), "{text}");
}

#[test]
fn latex_escapes_all_its_ten_characters() {
    let text = Latex.render(&hostile());
    let told = "\\textless{}script\\textgreater{}a \\textbar{} b\\textless{}/script\\textgreater{} \\$x\\_1\\$ \\& \
                \\#set \\{c\\}\\textbackslash{}d";
    assert!(text.contains(told), "{text}");
    assert!(text.contains("{[}g{]} 5 \\% \\textasciitilde{}\\textasciicircum{}*"), "{text}");
}

#[test]
fn typst_reads_no_markup_in_a_label() {
    let text = Typst.render(&hostile());
    assert!(text.contains("\"<script>a | b</script> $x_1$ & #set {c}\\\\d\\\"e "), "{text}");
    assert!(text.lines().filter(|line| !line.starts_with("  ")).all(|line| !line.contains('\u{1b}')));
}

#[test]
fn csv_quotes_what_holds_a_comma_or_a_quote() {
    let mut table = Table::new(["a, b"]);
    table.push(["he said \"1,5\""]).push(["plain"]);
    assert_eq!(Csv.render(&table.into()), "\"a, b\"\n\"he said \"\"1,5\"\"\"\nplain\n");
}

#[test]
fn a_number_that_is_not_finite_breaks_no_format() {
    let mut table = Table::new(["x"]);
    table.push([Cell::number(f64::NAN, 2)]).push([Cell::number(1.0, 2)]).push([Cell::p_value(f64::NAN)]);
    let report = Report::from(table);
    assert!(report.to_string().contains("|    - |") && !report.to_string().contains("NaN"), "{report}");
    assert_eq!(Csv.render(&report), "x\n\n1\n\n");
    assert!(Latex.render(&report).contains("--") && !Latex.render(&report).contains("NaN"));
    assert!(
        from_str::<Value>(&Json.render(&report)).expect("JSON")["blocks"][0]["rows"][0]["cells"][0]["value"]
            .is_null()
    );
}

#[test]
fn a_model_named_like_a_verdict_has_no_colour() {
    for word in ["in", "no", "pass", "rejected"] {
        let mut table = Table::new(["model"]);
        table.push([Cell::name(word)]).push([Cell::text(word)]);
        table.push([Cell::verdict(word, Tone::Neutral)]);
        assert!(!Html.render(&table.into()).contains("<span"), "{word}");
    }
}

#[test]
fn a_column_s_name_with_bars_stays_one_column_in_a_cell() {
    let start = "2021-03-24T00:00:00Z".parse().expect("a time");
    let panel = Panel::new(start, 30).and_then(|panel| panel.with(Column::bars("a | b", vec![84.5; 30])));
    let html = panel.expect("a panel").html();
    assert_eq!(html.matches("scope=\"col\"").count(), 2, "{html}");
    assert!(html.contains("<th scope=\"col\">a | b</th>"), "{html}");
}

#[test]
fn a_column_stands_right_when_most_of_its_cells_are_numbers() {
    let mut table = Table::new(["a", "b", "c"]);
    table.push([Cell::text("hourly"), Cell::text("hourly"), Cell::missing()]);
    table.push([Cell::count(1), Cell::text("x"), Cell::missing()]);
    table.push([Cell::null(), Cell::count(2), Cell::missing()]);
    table.push([Cell::number(1e9, 0), Cell::missing(), Cell::written(1e-9, Notation::Exponent(2))]);
    assert_eq!(table.alignments(), [Align::Right, Align::Left, Align::Right]);
}

#[test]
fn a_tiny_p_value_is_never_a_bare_zero() {
    assert_eq!(Cell::p_value(0.00009).shown(), "< 0.0001");
    assert_eq!(Cell::p_value(0.00009).tight().shown(), "<0.0001");
    assert_eq!(Cell::p_value(0.0001).shown(), "0.0001");
    assert_eq!(Cell::bounded_p(0.01, Bound::AtMost).shown(), "<= 0.0100");
    assert_eq!(Cell::bounded_p(0.00001, Bound::AtLeast).shown(), ">= 0.0000");
}

#[test]
fn wide_characters_are_counted_as_a_terminal_counts_them() {
    let mut table = Table::new(["x"]);
    table.push(["日経"]).push(["abc"]);
    assert_eq!(Report::from(table).to_string(), "| x    |\n|------|\n| 日経 |\n| abc  |");
}

#[test]
fn formats_have_unique_names_and_are_found_by_them() {
    let names: BTreeSet<&str> = RENDERERS.iter().map(|format| format.name()).collect();
    assert_eq!(names.len(), RENDERERS.len());
    assert!(names.iter().all(|name| renderer(name).is_some_and(|found| found.name() == *name)));
}

#[test]
fn a_result_prints_its_report() {
    let metrics: Vec<Metrics> =
        from_str("[{\"model\":\"har\",\"horizon\":24,\"n\":9,\"rmse\":1.5,\"mae\":1.0,\"bias\":0.1}]")
            .expect("scores");
    let table = MetricsTable(metrics);
    assert_eq!(table.to_string(), Text.render(&table.report()));
    assert!(
        table.html().contains("<th class=\"word\" scope=\"row\">har</th><td>1.5000</td>"),
        "{}",
        table.html()
    );
}

#[test]
fn a_recorded_result_is_printed_in_every_format() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for format in RENDERERS {
        let out = dvol(root, &["results", "backtest/goals", "--format", format.name()]).succeeded().out;
        assert!(out.contains("calendar"), "{}: {out}", format.name());
    }
    let table = dvol(root, &["results", "backtest/goals", "--format", "md"]).succeeded().out;
    assert!(
        table.contains("\n| goal | threshold | value | reached | note |\n| :-- | :-- | --: | :-- | :-- |\n")
    );
}

#[test]
fn every_recorded_result_can_be_read_again() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let names = ["metrics", "comparison", "deflated", "goals", "horizons", "regimes"];
    let all = names.map(|name| format!("backtest/{name}"));
    for name in all.iter().map(String::as_str).chain(["importance", "scaling", "thesis_split"]) {
        assert!(!dvol(root, &["results", name]).succeeded().out.trim().is_empty(), "{name}");
    }
}

#[test]
fn a_result_that_was_not_recorded_is_refused_in_one_sentence() {
    let folder = tempfile::tempdir().expect("a folder");
    let told = dvol(folder.path(), &["results", "scaling"]).refusal();
    assert!(told.contains("results/scaling.json") && told.contains("was not recorded"), "{told}");
}
