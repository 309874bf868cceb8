//! Reading people's files, in layers: bytes, text, cells or typed columns, numbers, times, order.
//!
//! Each layer is a file and decides by the whole of what it sees; what stays ambiguous is asked for by the name of
//! the option that answers. `docs/files.md` lists what is recognised and how.

mod blanks;
mod bytes;
mod cells;
mod clock;
mod dated;
mod doubt;
mod epoch;
mod footer;
mod grid;
mod guard;
mod header;
mod layout;
mod moment;
mod numbers;
mod options;
mod pages;
mod parquet;
mod runs;
mod time_column;
mod time_names;
mod understood;
mod values;
mod written;

pub use dated::{DatedTable, Need};
pub use guard::guarded;
pub use options::{Decimal, ReadOptions, Shared, Span};
pub use understood::{Understood, UnderstoodTime};

pub(super) use understood::snapped;

pub(super) use bytes::{Contents, contents};
pub(super) use cells::{Cells, Skip, cells};
pub(super) use clock::{
    Clock, Found, find_clock, find_in_first_group, find_shared_clock, not_understood,
    not_understood_of_a_panel, times_of, times_of_group,
};
pub(super) use grid::{Grid, grid};
pub(super) use numbers::{Evidence, evidence, is_null, number, plain_number};
pub(super) use parquet::ParquetFile;
pub(super) use values::Values;
