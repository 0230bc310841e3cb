//! Makes indexes for tests.

/// An index of these paths with their modes, and these extensions. Each id is made of the position of its path.
pub(in super::super) fn index(version: u32, files: &[(&str, u32)], extensions: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let count = u32::try_from(files.len()).expect("few");
    let mut bytes = [b"DIRC".as_slice(), &version.to_be_bytes(), &count.to_be_bytes()].concat();
    let mut before = "";
    for (at, (path, mode)) in files.iter().enumerate() {
        let start = bytes.len();
        bytes.extend([0; 24]);
        bytes.extend(mode.to_be_bytes());
        bytes.extend([0; 12]);
        bytes.extend([u8::try_from(at % 250 + 1).expect("small"); 20]);
        bytes.extend(u16::try_from(path.len()).expect("short").min(0x0fff).to_be_bytes());
        if version == 4 {
            let kept = before.bytes().zip(path.bytes()).take_while(|(a, b)| a == b).count();
            bytes.extend(number(before.len() - kept));
            bytes.extend(path.as_bytes()[kept..].iter().chain(b"\0"));
        } else {
            bytes.extend(path.bytes());
            bytes.resize(start + ((bytes.len() - start) / 8 + 1) * 8, 0);
        }
        before = path;
    }
    for (name, body) in extensions {
        bytes.extend(*name);
        bytes.extend(u32::try_from(body.len()).expect("small").to_be_bytes());
        bytes.extend(*body);
    }
    bytes.extend([0; 20]);
    bytes
}

/// Seven bits a byte, the last one without the high bit.
fn number(value: usize) -> Vec<u8> {
    let byte = |value: usize| u8::try_from(value & 0x7f).expect("seven bits");
    let mut bytes = vec![byte(value)];
    let mut rest = value >> 7;
    while rest > 0 {
        rest -= 1;
        bytes.insert(0, byte(rest) | 0x80);
        rest >>= 7;
    }
    bytes
}

/// A node of a cache-tree; without an id it is out of date.
pub(in super::super) fn node(name: &str, counts: &str, id: Option<u8>) -> Vec<u8> {
    [name.as_bytes(), b"\0", counts.as_bytes(), b"\n", &id.map(|id| [id; 20].to_vec()).unwrap_or_default()].concat()
}
