//! The container of .xls files (OLE2 compound file, [MS-CFB]): named streams in chains of sectors. Every offset is checked.

/// First bytes of every compound file.
pub(super) const MAGIC: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
/// Sector numbers from here on are marks (end of chain, free).
const MARKS: u32 = 0xffff_fffa;

/// An opened compound file.
pub(super) struct Compound<'a> {
    bytes: &'a [u8],
    sector: usize,
    fat: Vec<u32>,
    mini_fat: Vec<u32>,
    mini_sector: usize,
    mini_cutoff: u64,
    /// The stream that holds the small streams.
    mini: Vec<u8>,
    entries: Vec<Entry>,
}

struct Entry {
    name: String,
    kind: u8,
    start: u32,
    size: u64,
}

impl<'a> Compound<'a> {
    /// `None`: the container is damaged.
    pub(super) fn open(bytes: &'a [u8]) -> Option<Self> {
        if !bytes.starts_with(&MAGIC) {
            return None;
        }
        let shift = |at| read_u16(bytes, at).filter(|shift| (6..=16).contains(shift)).map(|shift| 1_usize << shift);
        let mut file = Self {
            bytes,
            sector: shift(30)?,
            fat: Vec::new(),
            mini_fat: Vec::new(),
            mini_sector: shift(32)?,
            mini_cutoff: u64::from(read_u32(bytes, 56)?),
            mini: Vec::new(),
            entries: Vec::new(),
        };
        file.fat = file.read_fat()?;
        file.entries = file.read_entries(read_u32(bytes, 48)?)?;
        file.mini_fat = words(&file.chain(read_u32(bytes, 60)?).unwrap_or_default());
        if let Some(root) = file.entries.iter().find(|entry| entry.kind == 5).filter(|root| root.size > 0) {
            file.mini = file.chain(root.start)?;
        }
        Some(file)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.kind == 2 && entry.name.eq_ignore_ascii_case(name))
    }

    /// The bytes of a stream; `None` if it is not there or its chain is broken.
    pub(super) fn stream(&self, name: &str) -> Option<Vec<u8>> {
        let entry = self.entries.iter().find(|entry| entry.kind == 2 && entry.name.eq_ignore_ascii_case(name))?;
        let mut data = if entry.size < self.mini_cutoff { self.mini_chain(entry.start)? } else { self.chain(entry.start)? };
        data.truncate(usize::try_from(entry.size).ok()?);
        Some(data)
    }

    /// The sector's bytes; the last sector of a file may be short.
    fn sector(&self, number: u32) -> Option<&'a [u8]> {
        let from = (number as usize).checked_add(1)?.checked_mul(self.sector)?;
        let to = from.checked_add(self.sector)?.min(self.bytes.len());
        self.bytes.get(from..to).filter(|part| !part.is_empty())
    }

    fn read_fat(&self) -> Option<Vec<u32>> {
        let most = self.bytes.len() / self.sector + 1;
        let mut numbers: Vec<u32> = (0..109).filter_map(|index| read_u32(self.bytes, 76 + index * 4)).collect();
        let mut next = read_u32(self.bytes, 68)?;
        for _ in 0..most {
            if next >= MARKS {
                break;
            }
            let mut part = words(self.sector(next)?);
            next = part.pop()?;
            numbers.extend(part);
        }
        let mut fat = Vec::new();
        for number in numbers.into_iter().filter(|number| *number < MARKS).take(most) {
            fat.extend(words(self.sector(number)?));
        }
        Some(fat)
    }

    /// All bytes of a chain; a chain longer than the file goes in circles.
    fn chain(&self, start: u32) -> Option<Vec<u8>> {
        let (mut data, mut next) = (Vec::new(), start);
        while next < MARKS {
            data.extend_from_slice(self.sector(next)?);
            if data.len() > self.bytes.len() {
                return None;
            }
            next = *self.fat.get(next as usize)?;
        }
        Some(data)
    }

    fn mini_chain(&self, start: u32) -> Option<Vec<u8>> {
        let (mut data, mut next) = (Vec::new(), start);
        while next < MARKS {
            let from = (next as usize).checked_mul(self.mini_sector)?;
            let to = (from + self.mini_sector).min(self.mini.len());
            data.extend_from_slice(self.mini.get(from..to)?);
            if data.len() > self.mini.len() {
                return None;
            }
            next = *self.mini_fat.get(next as usize)?;
        }
        Some(data)
    }

    fn read_entries(&self, start: u32) -> Option<Vec<Entry>> {
        let directory = self.chain(start)?;
        let entries = directory.as_chunks::<128>().0.iter().filter_map(|raw| {
            let length = usize::from(read_u16(raw, 64)?).clamp(2, 64) - 2;
            let units: Vec<u16> = raw[..length].as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
            let size = u64::from(read_u32(raw, 120)?);
            Some(Entry { name: String::from_utf16_lossy(&units), kind: raw[66], start: read_u32(raw, 116)?, size })
        });
        Some(entries.collect())
    }
}

fn words(bytes: &[u8]) -> Vec<u32> {
    bytes.as_chunks::<4>().0.iter().map(|word| u32::from_le_bytes(*word)).collect()
}

pub(super) fn read_u16(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|raw| u16::from_le_bytes(*raw))
}

pub(super) fn read_u32(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|raw| u32::from_le_bytes(*raw))
}

pub(super) fn read_f64(bytes: &[u8], at: usize) -> Option<f64> {
    bytes.get(at..)?.first_chunk().map(|raw| f64::from_le_bytes(*raw))
}
