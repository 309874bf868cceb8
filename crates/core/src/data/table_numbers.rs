//! Columns of a table as numbers: which mark stands before the fraction is decided by the whole column or file.

use super::reading::{Decimal, Evidence, Values, evidence, is_null, number, plain_number};
use super::table::{Body, Table};
use crate::error::Result;

/// Fourth powers of a million such numbers still have a sum.
const LARGEST: f64 = 1e60;

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Marks {
    point: bool,
    comma: bool,
}

impl Table {
    /// A column as numbers; an empty cell or a word for missing (`nan`, `null`, `NA`, ...) is NaN.
    ///
    /// Which mark stands before the fraction is decided by the column, or by the file where the column does not
    /// tell; thousands are read through, per cent become fractions, K, M and B are counted in.
    ///
    /// # Errors
    /// A missing column, a cell that is not a finite number, or numbers that mean two things.
    pub fn numbers(&self, column: &str) -> Result<Vec<f64>> {
        let numbers = self.any_numbers(column)?;
        match numbers.iter().position(|number| number.abs() > LARGEST) {
            Some(row) => Err(self.cell(
                column,
                row,
                "beyond 1e60: its powers are no numbers; check the unit, or leave the cell empty for a gap",
            )),
            None => Ok(numbers),
        }
    }

    fn any_numbers(&self, column: &str) -> Result<Vec<f64>> {
        let place = self.place(column)?;
        match &self.body {
            Body::Text(cells) => self.text_numbers(column, cells.column(place)),
            Body::Parquet(file) => match file.column(place)? {
                Values::Numbers(numbers) => match numbers.iter().position(|number| number.is_infinite()) {
                    Some(row) => Err(self.cell(column, row, "not finite; store a null for a gap")),
                    None => Ok(numbers),
                },
                Values::Whole(whole) => {
                    Ok(whole.into_iter().map(|value| value.map_or(f64::NAN, |value| value as f64)).collect())
                }
                Values::Texts(texts) => {
                    self.text_numbers(column, texts.iter().map(|text| text.as_deref().unwrap_or_default()))
                }
                _ => Err(self.cell(column, 0, "a time and not a number; name another column")),
            },
        }
    }

    fn text_numbers<'a>(
        &self,
        column: &str,
        cells: impl Iterator<Item = &'a str> + Clone,
    ) -> Result<Vec<f64>> {
        let quick = |cell: &str| plain_number(cell).or_else(|| is_null(cell).then_some(f64::NAN));
        if self.decimal != Some(Decimal::Comma)
            && let Some(numbers) = cells.clone().map(quick).collect::<Option<Vec<f64>>>()
            && (self.decimal.is_some() || !self.commas_possible() || tells(cells.clone(), Decimal::Point))
        {
            return Ok(numbers);
        }
        let decimal = self.mark(column, cells.clone())?;
        let mut dressed = Vec::new();
        let mut numbers = Vec::with_capacity(self.len());
        for (row, cell) in cells.enumerate() {
            numbers.push(match number(cell, decimal) {
                Some((value, taken)) => {
                    dressed.extend(taken.filter(|taken| !dressed.contains(taken)));
                    value
                }
                None if is_null(cell) => f64::NAN,
                None => {
                    let problem = format!(
                        "not a finite number with a decimal {}; correct it, leave the cell empty for a gap, or say \
                         --decimal point or comma",
                        decimal.word()
                    );
                    return Err(self.cell(column, row, problem));
                }
            });
        }
        if decimal == Decimal::Comma {
            self.note("decimal commas".to_owned());
        }
        dressed.into_iter().for_each(|taken| self.note(format!("`{column}`: {taken}")));
        Ok(numbers)
    }

    fn commas_possible(&self) -> bool {
        match &self.body {
            Body::Text(cells) => cells.commas_possible,
            Body::Parquet(_) => true,
        }
    }

    /// The mark before the fraction in a column, told by the column, else by the file.
    fn mark<'a>(&self, column: &str, cells: impl Iterator<Item = &'a str> + Clone) -> Result<Decimal> {
        if let Some(decimal) = self.decimal {
            return Ok(decimal);
        }
        let mut ambiguous = None;
        for (row, cell) in cells.enumerate() {
            match evidence(cell) {
                // A second mark in the same column is found when its cells are read.
                Evidence::Only(decimal) => return Ok(decimal),
                Evidence::Ambiguous => ambiguous = ambiguous.or(Some((row, cell))),
                Evidence::Nothing => {}
            }
        }
        let Some((row, cell)) = ambiguous else { return Ok(Decimal::Point) };
        let Marks { point, comma } = self.marks();
        let program_written = match &self.body {
            Body::Text(cells) => cells.delimiter != b';' && cell.contains('.'),
            Body::Parquet(_) => cell.contains('.'),
        };
        match (point, comma) {
            (true, false) => Ok(Decimal::Point),
            (false, true) => Ok(Decimal::Comma),
            (false, false) if program_written => Ok(Decimal::Point),
            _ => {
                if let Some(decimal) = self.shared_decimal {
                    return Ok(decimal);
                }
                let problem = "thousands or a fraction: nothing in the file tells; say --decimal point or --decimal comma";
                Err(self.cell(column, row, problem))
            }
        }
    }

    /// Which marks stand anywhere in a text file; each cell is looked at once.
    fn marks(&self) -> Marks {
        *self.marks.get_or_init(|| {
            let Body::Text(cells) = &self.body else { return Marks::default() };
            let mut marks = Marks::default();
            for place in 0..self.names().len() {
                for cell in cells.column(place) {
                    match evidence(cell) {
                        Evidence::Only(Decimal::Point) => marks.point = true,
                        Evidence::Only(Decimal::Comma) => marks.comma = true,
                        _ => {}
                    }
                }
            }
            marks
        })
    }
}

/// Whether cells of plain numbers tell, or need not tell, that a mark is theirs.
fn tells<'a>(mut cells: impl Iterator<Item = &'a str> + Clone, decimal: Decimal) -> bool {
    let ambiguous = cells.clone().any(|cell| evidence(cell) == Evidence::Ambiguous);
    !ambiguous || cells.any(|cell| evidence(cell) == Evidence::Only(decimal))
}
