//! A CSV file, row by row.

use csv::{ByteRecord, Reader, ReaderBuilder};

use crate::failure::Failure;

/// A table whose first line names the columns.
pub(super) struct Table<'a> {
    reader: Reader<&'a [u8]>,
    headers: Vec<String>,
    lines: Lines<'a>,
}

/// Counts lines as an editor does, up to where a row begins.
struct Lines<'a> {
    rest: &'a [u8],
    passed: u64,
    line: u64,
}

/// One row.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// The line of the file it begins on, from 1.
    pub(super) line: u64,
    /// Its cells, or why they cannot be read.
    pub(super) cells: Result<Vec<String>, String>,
}

impl<'a> Table<'a> {
    /// Reads the first line. A byte order mark before it is skipped; a row with too few or too many cells is read,
    /// for the importer to refuse.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Failure> {
        let mut reader = ReaderBuilder::new().flexible(true).from_reader(bytes);
        let headers = reader.byte_headers().map_err(|error| Failure::new(error.to_string()))?;
        let headers = texts(headers).map_err(Failure::new)?;
        if headers.is_empty() {
            return Err(Failure::new("the file is empty: its first line must name the columns"));
        }
        Ok(Self { reader, headers, lines: Lines { rest: bytes, passed: 0, line: 1 } })
    }

    pub(super) fn headers(&self) -> &[String] {
        &self.headers
    }

    pub(super) fn next_row(&mut self) -> Result<Option<Row>, Failure> {
        let mut record = ByteRecord::new();
        let found = self.reader.read_byte_record(&mut record);
        if !found.map_err(|error| Failure::new(error.to_string()))? {
            return Ok(None);
        }
        let line = self.lines.of_row_after(record.position().map_or(0, csv::Position::byte));
        Ok(Some(Row { line, cells: texts(&record) }))
    }
}

impl Lines<'_> {
    /// The line of the first row at or after this place: the reader stops before the line ends of the row before.
    fn of_row_after(&mut self, place: u64) -> u64 {
        while let Some((byte, rest)) = self.rest.split_first() {
            let ends_line = *byte == b'\n' || (*byte == b'\r' && rest.first() != Some(&b'\n'));
            if self.passed >= place && !matches!(byte, b'\r' | b'\n') {
                break;
            }
            self.line += u64::from(ends_line);
            self.passed += 1;
            self.rest = rest;
        }
        self.line
    }
}

fn texts(record: &ByteRecord) -> Result<Vec<String>, String> {
    let text = |cell: &[u8]| str::from_utf8(cell).map(str::to_owned);
    let texts: Result<_, _> = record.iter().map(text).collect();
    texts.map_err(|_| "this line is not UTF-8".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (Vec<String>, Vec<Row>) {
        let mut table = Table::open(bytes).unwrap();
        let mut rows = Vec::new();
        while let Some(row) = table.next_row().unwrap() {
            rows.push(row);
        }
        (table.headers, rows)
    }

    #[test]
    fn rows_keep_their_lines_whatever_is_between_and_in_them() {
        let file = b"\xef\xbb\xbfname,note\r\n\"a\",\"two\nlines\"\n\nb\nc,\xff\nd,e,f\n";
        let (headers, rows) = read(file);
        assert_eq!(headers, ["name", "note"]);
        let row =
            |line, cells: &[&str]| Row { line, cells: Ok(cells.iter().map(|c| (*c).to_owned()).collect()) };
        let unreadable = Row { line: 6, cells: Err("this line is not UTF-8".to_owned()) };
        assert_eq!(
            rows,
            [row(2, &["a", "two\nlines"]), row(5, &["b"]), unreadable, row(7, &["d", "e", "f"])]
        );
    }

    #[test]
    fn a_file_without_columns_is_refused() {
        for (name, file) in [("empty", b"".as_slice()), ("not UTF-8", b"\xff,a\n1,2\n")] {
            assert!(Table::open(file).is_err(), "{name}");
        }
    }
}
