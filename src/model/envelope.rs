//! A signed text with its signatures: the JSON form of DSSE, version 1.0 (secure-systems-lab/dsse, `envelope.md` and
//! `protocol.md`).

use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL, BASE64URL_NOPAD};
use serde::{Deserialize, Serialize};

/// What the payload is: an in-toto statement.
pub const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

/// The most signatures of one envelope that are looked at.
const MAX_SIGNATURES: usize = 4;

/// Read from untrusted text. The payload is that of the envelope, whoever signed it or did not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    payload: Vec<u8>,
    signatures: Vec<Vec<u8>>,
}

impl Envelope {
    pub fn new(payload: &[u8], signature: &[u8]) -> Self {
        Self { payload: payload.to_vec(), signatures: vec![signature.to_vec()] }
    }

    /// `None` for what is no envelope of an in-toto statement.
    pub fn read(text: &[u8]) -> Option<Self> {
        let wire: Wire = serde_json::from_slice(text).ok()?;
        if wire.payload_type != PAYLOAD_TYPE {
            return None;
        }
        let payload = decode(&wire.payload)?;
        let signatures = wire.signatures.iter().take(MAX_SIGNATURES).filter_map(|one| decode(&one.sig)).collect();
        Some(Self { payload, signatures })
    }

    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// As the programs that make and verify them have them.
    pub fn signatures(&self) -> impl Iterator<Item = &[u8]> {
        self.signatures.iter().map(Vec::as_slice)
    }

    pub fn to_json(&self) -> String {
        let signatures = self.signatures.iter().map(|one| WireSignature { sig: BASE64.encode(one) }).collect();
        let payload = BASE64.encode(&self.payload);
        let wire = Wire { payload_type: PAYLOAD_TYPE.to_owned(), payload, signatures };
        serde_json::to_string(&wire).unwrap_or_default()
    }

    /// What is signed: not the payload alone, but what it is, too ("pre-authentication encoding").
    pub fn signed(payload: &[u8]) -> Vec<u8> {
        let mut bytes = format!("DSSEv1 {} {PAYLOAD_TYPE} {} ", PAYLOAD_TYPE.len(), payload.len()).into_bytes();
        bytes.extend_from_slice(payload);
        bytes
    }
}

#[derive(Serialize, Deserialize)]
struct Wire {
    #[serde(rename = "payloadType")]
    payload_type: String,
    payload: String,
    signatures: Vec<WireSignature>,
}

#[derive(Serialize, Deserialize)]
struct WireSignature {
    sig: String,
}

/// Either alphabet of RFC 4648, padded or not: the protocol asks those who read for both.
fn decode(text: &str) -> Option<Vec<u8>> {
    [BASE64, BASE64URL, BASE64_NOPAD, BASE64URL_NOPAD].iter().find_map(|form| form.decode(text.as_bytes()).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_signed_is_that_of_the_protocol() {
        assert_eq!(Envelope::signed(b"{}"), b"DSSEv1 28 application/vnd.in-toto+json 2 {}");
    }

    #[test]
    fn an_envelope_is_read_as_written_and_in_the_other_alphabet() {
        let envelope = Envelope::new(b"\xfb\xff a payload", b"\xfe\xfd");
        let text = envelope.to_json();
        assert_eq!(Envelope::read(text.as_bytes()), Some(envelope.clone()));
        let other = text.replace("+/8g", "-_8g").replace("/v0=", "_v0");
        assert_ne!(other, text);
        assert_eq!(Envelope::read(other.as_bytes()), Some(envelope));
    }

    #[test]
    fn what_is_no_envelope_is_none() {
        let good = Envelope::new(b"x", b"y").to_json();
        for text in ["", "{}", &good.replace("in-toto", "other"), &good.replace("eA==", "!")] {
            assert_eq!(Envelope::read(text.as_bytes()), None, "{text}");
        }
    }
}
