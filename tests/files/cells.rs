//! Bytes, lines, headers and numbers.

use crate::{read, read_with, refusal, times};
use dvol::data::{Decimal, ReadOptions, Table};
use std::io::Write as _;

const PLAIN: &str = "time,level\n2024-01-01 00:00,60.5\n2024-01-01 01:00,61\n2024-01-01 02:00,61.25\n";
const LEVELS: [f64; 3] = [60.5, 61.0, 61.25];

fn levels(bytes: Vec<u8>) -> Vec<f64> {
    Table::from_bytes("a.csv", bytes).expect("a table").numbers("level").expect("numbers")
}

#[test]
fn utf_16_with_and_without_its_mark_latin_1_and_a_byte_order_mark_are_text() {
    let utf_16 = |bytes: fn(u16) -> [u8; 2], mark: bool| -> Vec<u8> {
        let text = PLAIN.encode_utf16();
        mark.then_some(0xfeff).into_iter().chain(text).flat_map(bytes).collect()
    };
    for mark in [true, false] {
        assert_eq!(levels(utf_16(u16::to_le_bytes, mark)), LEVELS);
        assert_eq!(levels(utf_16(u16::to_be_bytes, mark)), LEVELS);
    }
    assert_eq!(levels(format!("\u{feff}{PLAIN}").into_bytes()), LEVELS);
    let latin: Vec<u8> =
        PLAIN.replace("time,", "time,Grösse,").replace(":00,", ":00,x,").chars().map(|c| c as u8).collect();
    let table = Table::from_bytes("a.csv", latin).expect("Latin-1");
    assert_eq!(table.names(), ["time", "Grösse", "level"]);
}

#[test]
fn gzip_and_zip_are_unpacked_and_a_zip_of_two_files_is_asked_about() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(PLAIN.as_bytes()).unwrap();
    assert_eq!(levels(gzip.finish().unwrap()), LEVELS);
    let zip = |names: &[&str]| {
        let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for name in names {
            archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            archive.write_all(PLAIN.as_bytes()).unwrap();
        }
        archive.finish().unwrap().into_inner()
    };
    assert_eq!(levels(zip(&["BTCUSDT-1h.csv"])), LEVELS);
    let two = Table::from_bytes("a.zip", zip(&["a.csv", "b.csv"])).unwrap_err().to_string();
    assert!(two.contains("a zip file of 2 files (a.csv, b.csv)"), "{two}");
    let book = Table::from_bytes("a.xlsx", zip(&["[Content_Types].xml", "x"])).unwrap_err().to_string();
    assert!(book.contains("Excel workbook"), "{book}");
}

#[test]
fn what_r_writes_is_read_with_blanks_and_row_names() {
    let r = |rows: &[&str], header: &str| format!("{header}\n{}\n", rows.join("\n")).into_bytes();
    let plain = r(
        &[
            "\"1\" \"2024-01-01 00:00\" 60.5",
            "\"2\" \"2024-01-01 01:00\" 61",
            "\"3\" \"2024-01-01 02:00\" NA",
        ],
        "\"time\" \"level\"",
    );
    let table = Table::from_bytes("r.txt", plain).expect("R's default");
    assert_eq!(table.names(), ["unnamed: 0", "time", "level"]);
    let level = table.numbers("level").expect("numbers");
    assert!(level[..2] == [60.5, 61.0] && level[2].is_nan());
    // dates as row names: the index of a data frame made from a series
    let dated =
        r(&["\"2024-01-01\" 1.5 2", "\"2024-01-02\" 2.5 3", "\"2024-01-03\" 3.5 4"], "\"a\" \"level\"");
    let (first, last, _) = times(&read(std::str::from_utf8(&dated).unwrap()).expect("dates"));
    assert!(first.starts_with("2024-01-01") && last.starts_with("2024-01-03"), "{first} {last}");
    // columns padded to one width, without row names
    let padded = b"time        level\n2024-01-01   60.5\n2024-01-02  161.0\n2024-01-03   61.25\n".to_vec();
    assert_eq!(levels(padded), [60.5, 161.0, 61.25]);
    // commas and row names
    let commas =
        r(&["\"1\",\"2024-01-01 00:00\",60.5", "\"2\",\"2024-01-01 01:00\",61"], "\"time\",\"level\"");
    assert_eq!(levels(commas), [60.5, 61.0]);
    // a header that has lost its last name, or times in two cells: nothing is shifted in silence
    for (header, rows) in [
        ("time,level", ["2024-01-01,60.5,1", "2024-01-02,61,2"]),
        ("\"time\" \"level\"", ["\"1\" 2024-01-01 00:00 60.5", "\"2\" 2024-01-01 01:00 61"]),
    ] {
        assert!(read(std::str::from_utf8(&r(&rows, header)).unwrap()).is_err(), "{header}");
    }
}

#[test]
fn settings_above_the_header_and_cells_marked_as_text_are_read() {
    let settings = "\"Security\",\"BTC Curncy\"\n\"Start Date\",\"01/01/2024\"\n\"Period\",\"D\"\n\"\",\"\"\n\"Date\",\"level\"\n";
    let rows: String =
        (1..=20).map(|day| format!("\"01/{day:02}/2024\",\"4{day},{:03}.50\"\n", day * 7)).collect();
    let table = read(&format!("{settings}{rows}")).expect("Bloomberg's");
    assert_eq!(table.numbers("level").expect("numbers")[..2], [41_007.5, 42_014.5]);
    assert!(
        table.understood().to_string().contains("4 lines above the header passed over"),
        "{}",
        table.understood()
    );
    let marked =
        "date,level\n=\"2024-01-01\",=\"60.5\"\n=\"2024-01-02\",=\"61\"\n=\"2024-01-03\",=\"61.25\"\n";
    for text in [marked.to_owned(), marked.replace("=\"", "'").replace('"', "'")] {
        let table = read(&text).expect("text cells");
        assert_eq!(table.numbers("level").expect("numbers"), LEVELS);
        assert_eq!(times(&table).0, "2024-01-01T00:00:00Z");
    }
}

#[test]
fn delimiters_line_ends_and_lines_above_the_header_are_seen() {
    for delimiter in [";", "\t", "|"] {
        assert_eq!(levels(PLAIN.replace(',', delimiter).into_bytes()), LEVELS, "{delimiter:?}");
    }
    for end in ["\r\n", "\r"] {
        assert_eq!(levels(PLAIN.replace('\n', end).into_bytes()), LEVELS, "{end:?}");
    }
    for above in [
        "https://www.CryptoDataDownload.com\n",
        "sep=,\n",
        "# a comment\n# and another, with a comma\n",
        "\n\n",
        "Symbol: DVOL\nExported by a terminal\n",
    ] {
        assert_eq!(levels(format!("{above}{PLAIN}").into_bytes()), LEVELS, "{above:?}");
    }
    let semicolons = format!("sep=;\n{}", PLAIN.replace(',', ";"));
    assert_eq!(levels(semicolons.into_bytes()), LEVELS);
    let skipped = ReadOptions { skip_rows: Some(1), ..ReadOptions::default() };
    let table = read_with(&format!("a,b\n{PLAIN}"), &skipped).unwrap();
    assert_eq!(table.numbers("level").unwrap(), LEVELS);
    assert_eq!(levels(format!("{PLAIN}# the end\n").into_bytes()), LEVELS);
    assert_eq!(levels(format!("{PLAIN},\n,\n").into_bytes()), LEVELS, "empty rows of a spreadsheet");
    assert_eq!(levels(PLAIN.replace('\n', ",\n").into_bytes()), LEVELS, "a trailing delimiter");
}

#[test]
fn files_joined_one_after_another_repeat_their_header() {
    let (header, rows) = PLAIN.split_once('\n').unwrap();
    let halves: Vec<&str> = rows.splitn(2, '\n').collect();
    let joined = format!("{header}\n{}\n{header}\n{}", halves[0], halves[1]);
    assert_eq!(levels(joined.into_bytes()), LEVELS);
}

#[test]
fn a_banner_as_wide_as_the_table_stands_above_an_empty_line() {
    let text = format!("Downloaded from an exchange, on a Monday\n\n{PLAIN}");
    let table = Table::from_bytes("a.csv", text.into_bytes()).unwrap();
    assert_eq!(
        (table.names(), table.numbers("level").unwrap()),
        (&["time", "level"].map(str::to_owned)[..], LEVELS.to_vec())
    );
}

#[test]
fn a_row_number_called_hash_is_a_column_and_no_comment() {
    let table = read("#,time,level\n1,2024-01-01,60\n2,2024-01-02,61\n").unwrap();
    assert_eq!(table.table().names(), ["#", "time", "level"]);
}

#[test]
fn names_in_a_comment_above_the_data_are_names() {
    let table = read("# time,level\n2024-01-01 00:00,60.5\n2024-01-01 01:00,61\n").unwrap();
    assert_eq!(table.numbers("level").unwrap(), [60.5, 61.0]);
}

#[test]
fn a_double_header_gives_each_column_its_name_and_the_first_its_own() {
    let one =
        "Price,Close,Volume\nTicker,BTC-USD,BTC-USD\nDate,,\n2024-01-01,42000.5,1\n2024-01-02,42100,2\n";
    let table = read(one).unwrap();
    assert_eq!(table.table().names(), ["Date", "Close", "Volume"]);
    assert_eq!(table.numbers("Close").unwrap(), [42_000.5, 42_100.0]);
    let two = "Price,Close,Close\nTicker,AAA,BBB\nDate,,\n2024-01-01,1,2\n2024-01-02,3,4\n";
    assert_eq!(read(two).unwrap().table().names(), ["Date", "Close AAA", "Close BBB"]);
}

#[test]
fn a_dump_without_a_header_is_named_by_position_and_said_and_any_other_is_refused() {
    let row = |hour: i64| {
        let open = 1_735_689_600_000_000 + hour * 3_600_000_000;
        format!("{open},100.5,101,100,100.7,12.5,{},1255,17,6,600,0\n", open + 3_599_999_999)
    };
    let text: String = (0..30).map(row).collect();
    let table = read(&text).unwrap();
    assert_eq!(table.numbers("close").unwrap(), [100.7; 30]);
    assert!(
        table.understood().to_string().contains("no header: columns named by position as a Binance file")
    );
    let text: String =
        (0..30).map(|i| format!("201201{:02} 000000;1.30;1.31;1.29;1.30;0\n", i + 1)).collect();
    assert_eq!(read(&text).unwrap().numbers("high").unwrap(), [1.31; 30]);
    let refused = refusal("2024-01-01,5,6\n2024-01-02,5,6\n2024-01-03,5,6\n");
    assert!(refused.contains("no header") && refused.contains("`2024-01-01`, `5`, `6`"), "{refused}");
    // a bar whose high is below its open is in no known order of columns
    let text: String = (0..5).map(|i| format!("{},5,4,3,5,1,2\n", 1_704_067_200 + 60 * i)).collect();
    assert!(refusal(&text).contains("no header"));
}

fn numbers(delimiter: &str, cells: &[&str]) -> dvol::Result<Vec<f64>> {
    let rows = cells.iter().enumerate().map(|(row, cell)| {
        let cell =
            if delimiter == "," && cell.contains(',') { format!("\"{cell}\"") } else { (*cell).to_owned() };
        format!("2024-01-{:02}{delimiter}{cell}\n", row + 1)
    });
    let text = format!("time{delimiter}x\n{}", rows.collect::<String>());
    read(&text)?.numbers("x")
}

#[test]
fn the_decimal_mark_is_decided_by_the_column() {
    assert_eq!(numbers(";", &["1,5", "1.234,5", "12"]).unwrap(), [1.5, 1234.5, 12.0]);
    assert_eq!(numbers(",", &["41,234.5", "1,000", "12"]).unwrap(), [41_234.5, 1_000.0, 12.0]);
    assert_eq!(numbers(";", &["1.234.567", "1.234", "12"]).unwrap(), [1_234_567.0, 1_234.0, 12.0]);
    assert_eq!(numbers(";", &["1.5", "1.234"]).unwrap(), [1.5, 1.234]);
    assert_eq!(numbers(",", &["400.862", "398.615"]).unwrap(), [400.862, 398.615]);
    assert_eq!(numbers(";", &["1 234,5", "12 345 678,25"]).unwrap(), [1234.5, 12_345_678.25]);
    assert_eq!(numbers(";", &["1'234.5", "0.25"]).unwrap(), [1234.5, 0.25]);
}

#[test]
fn a_mark_that_nothing_decides_is_asked_for_and_the_option_answers() {
    for (delimiter, cells) in [(",", ["41,234", "40,125"]), (";", ["41.234", "40.125"])] {
        let refused = numbers(delimiter, &cells).unwrap_err().to_string();
        assert!(refused.contains("row 1") && refused.contains("--decimal point"), "{refused}");
    }
    let text = "time;x\n2024-01-01;41.234\n2024-01-02;40.125\n";
    for (decimal, expected) in [(Decimal::Point, [41.234, 40.125]), (Decimal::Comma, [41_234.0, 40_125.0])] {
        let options = ReadOptions { decimal: Some(decimal), ..ReadOptions::default() };
        assert_eq!(read_with(text, &options).unwrap().numbers("x").unwrap(), expected);
    }
}

#[test]
fn another_column_of_the_file_decides_a_mark_that_a_column_leaves_open() {
    let text = "time;x;y\n2024-01-01;41.234;0,5\n2024-01-02;40.125;0,25\n";
    assert_eq!(read(text).unwrap().numbers("x").unwrap(), [41_234.0, 40_125.0]);
    let text = "time;x;y\n2024-01-01;41.234;0.5\n2024-01-02;40.125;0.25\n";
    assert_eq!(read(text).unwrap().numbers("x").unwrap(), [41.234, 40.125]);
}

#[test]
fn per_cent_thousands_letters_currencies_and_words_for_missing_are_read_and_said() {
    assert_eq!(numbers(",", &["-0.61%", "+1.5%"]).unwrap(), [-0.0061, 0.015]);
    assert_eq!(numbers(",", &["45.67K", "1.2M", "3B", "500"]).unwrap(), [45_670.0, 1_200_000.0, 3e9, 500.0]);
    assert_eq!(numbers(",", &["$1,234.50", "-$5.25", "(0.5)"]).unwrap(), [1234.5, -5.25, -0.5]);
    let missing = numbers(",", &["null", "N/A", "#N/A", ".", "-", "NaN", "<NA>", "7"]).unwrap();
    assert_eq!(missing.iter().filter(|value| value.is_nan()).count(), 7);
    let table = read("time,x\n2024-01-01,1.5%\n2024-01-02,2%\n").unwrap();
    table.numbers("x").unwrap();
    assert!(table.understood().to_string().ends_with("`x`: per cent as fractions"), "{}", table.understood());
}

#[test]
fn a_cell_that_is_no_number_is_named_with_row_value_and_option() {
    for (cells, row, value) in
        [(vec!["1.5", "1,5"], 2, "1,5"), (vec!["1", "2", "oops"], 3, "oops"), (vec!["inf"], 1, "inf")]
    {
        let refused = numbers(";", &cells).unwrap_err().to_string();
        assert!(
            refused.starts_with(&format!("a.csv: column `x`, row {row}: `{value}`: not a finite number")),
            "{refused}"
        );
        assert!(refused.contains("--decimal"), "{refused}");
    }
}

#[test]
fn files_of_another_kind_are_named_as_what_they_are() {
    for (bytes, kind) in [
        (&b"<!DOCTYPE html><html>"[..], "a web page"),
        (b"{\"a\": 1}", "JSON"),
        (b"%PDF-1.7", "a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an Excel workbook (.xls)"),
        (b"\x00\x01\x02\x03", "neither parquet nor text"),
        (b"PAR1 and then nothing", "not a readable parquet file"),
        (b"\x1f\x8b damaged", "damaged"),
    ] {
        let refused = Table::from_bytes("a", bytes.to_vec()).unwrap_err().to_string();
        assert!(refused.contains(kind), "{refused}");
        assert!(!refused.contains('\n'));
    }
}
