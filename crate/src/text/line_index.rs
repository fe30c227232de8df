//! Byte offsets to lines, and UTF-8 offsets to the UTF-16 offsets that browsers count in.

/// Answers questions about one text; build it once for each text.
#[derive(Clone, Debug)]
pub struct LineIndex {
    /// Byte offset at which each line starts.
    starts: Vec<u32>,
    /// `(byte offset after the character, UTF-8 length - UTF-16 length so far)` for each non-ASCII character.
    wide: Vec<(u32, u32)>,
    len: u32,
}

impl LineIndex {
    /// Indexes `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut starts = vec![0];
        let mut wide = Vec::new();
        let mut extra = 0;
        for (at, c) in text.char_indices() {
            if c == '\n' {
                starts.push(at as u32 + 1);
            }
            if !c.is_ascii() {
                extra += (c.len_utf8() - c.len_utf16()) as u32;
                wide.push(((at + c.len_utf8()) as u32, extra));
            }
        }
        Self { starts, wide, len: text.len() as u32 }
    }

    /// The zero-based line that holds byte `offset`.
    #[must_use]
    pub fn line(&self, offset: u32) -> u32 {
        self.starts.partition_point(|s| *s <= offset) as u32 - 1
    }

    /// `(line, column)`, both from 1, the column in bytes.
    #[must_use]
    pub fn line_column(&self, offset: u32) -> (u32, u32) {
        let line = self.line(offset);
        (line + 1, offset - self.starts[line as usize] + 1)
    }

    /// The byte range of a zero-based line, without its line break.
    #[must_use]
    pub fn line_span(&self, line: u32) -> super::Span {
        let start = self.starts.get(line as usize).copied().unwrap_or(self.len);
        let end = self.starts.get(line as usize + 1).map_or(self.len, |s| s - 1);
        super::Span { start, end }
    }

    /// UTF-8 offset to UTF-16 offset.
    #[must_use]
    pub fn to_utf16(&self, offset: u32) -> u32 {
        let offset = offset.min(self.len);
        let at = self.wide.partition_point(|w| w.0 <= offset);
        offset - if at == 0 { 0 } else { self.wide[at - 1].1 }
    }

    /// UTF-16 offset to UTF-8 offset; an offset past the end is the end.
    #[must_use]
    pub fn from_utf16(&self, offset: u32) -> u32 {
        let at = self.wide.partition_point(|w| w.0 - w.1 <= offset);
        (offset + if at == 0 { 0 } else { self.wide[at - 1].1 }).min(self.len)
    }
}

#[cfg(test)]
mod tests {
    use super::LineIndex;

    #[test]
    fn offsets_survive_the_way_to_the_browser_and_back() {
        let text = "a큐\n𝄞b\r\nend";
        let index = LineIndex::new(text);
        let mut utf16 = 0;
        for (at, c) in text.char_indices() {
            assert_eq!(index.to_utf16(at as u32), utf16, "{c:?}");
            assert_eq!(index.from_utf16(utf16), at as u32, "{c:?}");
            utf16 += c.len_utf16() as u32;
        }
        assert_eq!(index.to_utf16(text.len() as u32), utf16);
        assert_eq!(index.line_column(5), (2, 1));
        assert_eq!(index.from_utf16(9_999), text.len() as u32);
    }
}
