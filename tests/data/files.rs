//! A small consistent set of source files.

use super::support::samples::time;
use dvol::data::{Dataset, ImportPolicy, SourceBytes, Subject, import_bytes};
use dvol::time::{HOUR_MS, Timestamp};
use std::fmt::Write as _;

/// A small consistent set of files: `days` days from 2022-01-01.
pub struct Files {
    pub dvol: String,
    pub price: String,
    pub onchain: String,
    pub volume: String,
}

impl Files {
    pub fn of_days(days: usize) -> Self {
        let start = time("2022-01-01");
        let mut files = Self {
            dvol: "timestamp,dvol\n".to_owned(),
            price: "timestamp,open,high,low,close,volume\n".to_owned(),
            onchain: "time,AdrActCnt,CapMrktCurUSD,CapMVRVCur,FlowInExUSD,FlowOutExUSD,TxCnt\n".to_owned(),
            volume: "date,estimated_transaction_volume_usd\n".to_owned(),
        };
        for hour in 0..24 * days as i64 {
            let at = Timestamp::from_millis(start.millis() + hour * HOUR_MS);
            let level = 60 + hour % 7;
            writeln!(files.dvol, "{at},{level}").unwrap();
            writeln!(files.price, "{at},40000,40100,39900,{},12.5", 40000 + hour % 11).unwrap();
            if hour % 24 == 0 {
                let day = hour / 24;
                writeln!(files.onchain, "{at},{},8e11,1.9,{},{},250000", 900_000 + day, 100 + day, 200 + day)
                    .unwrap();
                writeln!(files.volume, "{at},{}", 10 * (300 + 2 * day)).unwrap();
            }
        }
        files
    }

    pub fn import(&self, policy: &ImportPolicy) -> dvol::Result<Dataset> {
        let file = |subject, name: &str, text: &str| SourceBytes {
            subject,
            path: name.into(),
            bytes: text.as_bytes().to_vec(),
        };
        let mut files = vec![
            file(Subject::Dvol, "dvol.csv", &self.dvol),
            file(Subject::Price, "price.csv", &self.price),
            file(Subject::Onchain, "onchain.csv", &self.onchain),
        ];
        if !self.volume.is_empty() {
            files.push(file(Subject::Volume, "volume.csv", &self.volume));
        }
        import_bytes(files, policy)
    }

    pub fn refusal(&self) -> String {
        self.import(&ImportPolicy::default()).expect_err("the import must refuse").to_string()
    }
}

pub fn replace_line(text: &str, row: usize, with: &str) -> String {
    let lines = text.lines().enumerate().map(|(line, old)| if line == row { with } else { old });
    lines.filter(|line| !line.is_empty()).fold(String::new(), |text, line| text + line + "\n")
}
