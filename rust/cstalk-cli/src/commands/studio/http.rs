//! The few words of HTTP that the studio speaks: it gives out one page and opens sockets, to its own page only.
//!
//! A request must name a loopback host (so that no other name can be pointed at this machine), come from the page
//! itself where it says where it comes from, and know the token.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use tungstenite::handshake::derive_accept_key;

/// Longest head of a request.
const LONGEST_HEAD: usize = 16 << 10;
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
const MOST_HEADERS: usize = 64;

/// Where the studio is, and the word that opens it.
#[derive(Debug)]
pub(crate) struct Door {
    pub(crate) port: u16,
    pub(crate) token: String,
}

/// What a request may have.
#[derive(Debug, PartialEq)]
pub(crate) enum Answer {
    Page,
    /// A socket; the key that answers the handshake.
    Socket {
        accept: String,
    },
    Refused {
        status: &'static str,
        why: &'static str,
    },
}

impl Door {
    /// The page's address.
    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}/?token={}", self.port, self.token)
    }

    /// Decides about the head of a request.
    pub(crate) fn answer(&self, head: &[u8]) -> Answer {
        let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
        let mut request = httparse::Request::new(&mut headers);
        let refused = |status, why| Answer::Refused { status, why };
        if !request.parse(head).is_ok_and(|status| status.is_complete()) {
            return refused("400 Bad Request", "this is no request that the studio understands");
        }
        let header = |name: &str| {
            let found = request.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
            found.and_then(|header| std::str::from_utf8(header.value).ok()).map(str::trim)
        };
        let hosts = [format!("127.0.0.1:{}", self.port), format!("localhost:{}", self.port)];
        if !header("host").is_some_and(|host| hosts.iter().any(|known| known == host)) {
            return refused("403 Forbidden", "the studio answers to 127.0.0.1 and localhost only");
        }
        let is_own = |origin: &str| hosts.iter().any(|host| origin == format!("http://{host}"));
        if header("origin").is_some_and(|origin| !is_own(origin)) {
            return refused("403 Forbidden", "the studio answers to its own page only");
        }
        if request.method != Some("GET") {
            return refused("405 Method Not Allowed", "wanted GET");
        }
        if header("content-length").is_some_and(|length| length != "0")
            || header("transfer-encoding").is_some()
        {
            return refused("413 Content Too Large", "wanted a request without a body");
        }
        let (path, query) = request.path.unwrap_or_default().split_once('?').unwrap_or(("", ""));
        let given = query.split('&').find_map(|pair| pair.strip_prefix("token=")).unwrap_or_default();
        if !is_same(given.as_bytes(), self.token.as_bytes()) {
            return refused("403 Forbidden", "wrong token: use the address that `cstalk studio` printed");
        }
        match path {
            "/" => Answer::Page,
            "/socket" => {
                let is_upgrade = header("upgrade").is_some_and(|to| to.eq_ignore_ascii_case("websocket"))
                    && header("sec-websocket-version") == Some("13")
                    && header("origin").is_some();
                match header("sec-websocket-key") {
                    Some(key) if is_upgrade => Answer::Socket { accept: derive_accept_key(key.as_bytes()) },
                    _ => refused("400 Bad Request", "wanted the handshake of a web socket, with its origin"),
                }
            }
            _ => refused("404 Not Found", "the studio has one page, at /"),
        }
    }
}

/// Compares without telling by its duration where the difference lies.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

/// Reads the head of a request, up to its empty line; nothing after it is taken.
///
/// # Errors
/// Those of the connection; a head that is too long or too slow.
pub(crate) fn read_head(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    stream.set_read_timeout(Some(HEAD_TIMEOUT))?;
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() == LONGEST_HEAD || stream.read(&mut byte)? == 0 {
            return Err(std::io::Error::other("no head of a request"));
        }
        head.push(byte[0]);
    }
    Ok(head)
}

/// Writes an answer; a socket's answer ends the words of HTTP.
///
/// # Errors
/// Those of the connection.
pub(crate) fn write_answer(stream: &mut TcpStream, answer: &Answer, page: &str) -> std::io::Result<()> {
    let (status, kind, body) = match answer {
        Answer::Socket { accept } => {
            return write!(
                stream,
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                 Sec-WebSocket-Accept: {accept}\r\n\r\n"
            );
        }
        Answer::Page => ("200 OK", "text/html", page),
        Answer::Refused { status, why } => (*status, "text/plain", *why),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\
         Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n\
         Content-Security-Policy: frame-ancestors 'none'\r\nCross-Origin-Opener-Policy: same-origin\r\n\r\n{body}",
        body.len()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_own_page_with_the_token_gets_in() {
        let door = Door { port: 8000, token: "abc".to_owned() };
        let ask = |first: &str, rest: &str| {
            let head = format!("{first} HTTP/1.1\r\n{rest}\r\n");
            match door.answer(head.as_bytes()) {
                Answer::Page => "page".to_owned(),
                Answer::Socket { .. } => "socket".to_owned(),
                Answer::Refused { status, .. } => status[..3].to_owned(),
            }
        };
        let shake = "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n";
        let here = "Host: 127.0.0.1:8000\r\n";
        let own = "Origin: http://127.0.0.1:8000\r\n";
        let cases = [
            ("GET /?token=abc", here.to_owned(), "page"),
            ("GET /?token=abc", "Host: localhost:8000\r\n".to_owned(), "page"),
            ("GET /?token=abd", here.to_owned(), "403"),
            ("GET /?token=", here.to_owned(), "403"),
            ("GET /", here.to_owned(), "403"),
            ("GET /?token=abc", String::new(), "403"),
            ("GET /?token=abc", "Host: evil.example:8000\r\n".to_owned(), "403"),
            ("GET /?token=abc", format!("{here}Origin: http://evil.example\r\n"), "403"),
            ("GET /?token=abc", format!("{here}Origin: null\r\n"), "403"),
            ("POST /?token=abc", here.to_owned(), "405"),
            ("GET /?token=abc", format!("{here}Content-Length: 5\r\n"), "413"),
            ("GET /other?token=abc", here.to_owned(), "404"),
            ("GET /socket?token=abc", format!("{here}{own}{shake}"), "socket"),
            ("GET /socket?token=abc", format!("{here}{shake}"), "400"),
            ("GET /socket?token=abc", format!("{here}{own}"), "400"),
            ("GET /socket?token=abc", format!("{here}Origin: http://evil.example\r\n{shake}"), "403"),
            ("GET /socket?token=abd", format!("{here}{own}{shake}"), "403"),
            ("", String::new(), "400"),
        ];
        for (first, rest, wanted) in cases {
            assert_eq!(ask(first, &rest), wanted, "{first} {rest}");
        }
    }
}
