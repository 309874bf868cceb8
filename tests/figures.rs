//! Facts about figures, and every figure drawn.

use dvol::figures::{Browser, Figure, Format, theme};
use dvol::plotly::Scatter;
use dvol::serde_json::{Value, json};
use dvol::time::Timestamp;
use std::path::PathBuf;

fn line() -> Figure {
    let trace = Scatter::new(vec![1, 2, 3], vec![60.0, f64::NAN, 61.0]).name("a <b> & c");
    let layout = json!({"xaxis": theme::axis("day"), "yaxis": theme::axis("DVOL (index points)")});
    Figure::new("00_line", "Two points </script> and a gap.", vec![trace], layout).unwrap()
}

#[test]
fn a_gap_stays_a_gap() {
    assert_eq!(line().plot()["data"][0]["y"], json!([60.0, null, 61.0]));
}

#[test]
fn the_layout_given_joins_the_theme_s() {
    let figure = line();
    assert_eq!(figure.plot()["layout"]["xaxis"]["title"]["text"], "day");
    assert_eq!(figure.plot()["layout"]["template"]["layout"]["colorway"][0], theme::BLUE);
    assert_eq!((figure.width(), figure.height()), (900, 480));
}

#[test]
fn a_name_that_is_no_file_name_is_refused() {
    let error = Figure::new("a/b", "", Vec::new(), json!({})).unwrap_err();
    assert!(error.to_string().contains("a/b"), "{error}");
    assert!(line().named("Über").is_err());
}

#[test]
fn a_new_margin_note_replaces_the_old_one() {
    let figure = line().with_margin_note("config 1").with_margin_note("config 2");
    let annotations = figure.plot()["layout"]["annotations"].as_array().unwrap().clone();
    assert_eq!(annotations.len(), 1);
    assert_eq!(annotations[0]["text"], "config 2");
}

#[test]
fn no_text_of_a_figure_ends_its_script() {
    let div = line().to_div();
    assert_eq!(div.matches("</script>").count(), 1);
    assert!(div.contains("Two points &lt;/script&gt; and a gap."));
    assert!(line().to_html().len() > 4_000_000, "the page carries plotly.js");
}

#[test]
fn without_a_browser_one_sentence_says_what_to_install() {
    let error = Browser::among(None, "/nowhere".as_ref()).unwrap_err();
    assert!(error.to_string().contains("apt-get install chromium"), "{error}");
    assert_eq!(error.exit_code(), 2);
    let error = Browser::among(Some(PathBuf::from("/no/chromium")), "".as_ref()).unwrap_err();
    assert!(error.to_string().contains("/no/chromium"), "{error}");
}

#[test]
fn daily_means_know_every_day_and_skip_gaps() {
    let times = [0, 1, 49].map(Timestamp::from_hours);
    let daily = theme::Daily::of(times, &[1.0, 3.0, f64::NAN]);
    assert_eq!(daily.dates(), ["1970-01-01", "1970-01-02", "1970-01-03"]);
    assert_eq!(daily.means[0], 2.0);
    assert!(daily.means[1].is_nan() && daily.means[2].is_nan());
}

#[test]
fn a_figure_is_written_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let browser = match Browser::find() {
        Ok(browser) => Some(browser),
        Err(error) => {
            assert!(error.to_string().contains("install"), "{error}");
            None
        }
    };
    let written = line().write(folder.path(), browser.as_ref()).unwrap();
    let names: Vec<_> = written.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
    let expected = ["00_line.json", "00_line.html", "00_line.svg", "00_line.png", "00_line.pdf"];
    assert_eq!(names, expected[..if browser.is_some() { 5 } else { 2 }]);
    assert!(folder.path().join("plotly.min.js").exists());
    assert!(std::fs::metadata(&written[1]).unwrap().len() < 20_000, "the page refers to plotly.js");
    let plot: Value = dvol::artifacts::read_json(&written[0]).unwrap();
    assert_eq!(&plot, line().plot());
    if browser.is_some() {
        let bytes = |i: usize| std::fs::read(&written[i]).unwrap();
        assert!(bytes(2).starts_with(b"<svg"));
        assert!(bytes(3).starts_with(b"\x89PNG\r\n\x1a\n"));
        assert_eq!(bytes(3)[16..24], [0, 0, 7, 8, 0, 0, 3, 192], "1800 x 960 pixels");
        assert!(bytes(4).starts_with(b"%PDF"));
    }
    let _ = Format::ALL;
}
