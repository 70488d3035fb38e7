//! A message: headers, and a tree of parts.

use super::{Part, date, encode};
use std::fmt::Write as _;

/// A name and an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// As shown; may be empty.
    pub name: String,
    /// As written on the envelope.
    pub email: String,
}

impl Person {
    /// Somebody.
    pub fn new(name: &str, email: &str) -> Self {
        Self { name: name.to_owned(), email: email.to_owned() }
    }

    fn header(&self, charset: &str) -> String {
        let special = |c: char| "()<>@,;:\\\".[]".contains(c);
        match self.name.as_str() {
            "" => self.email.clone(),
            name if !name.is_ascii() => format!("{} <{}>", encode::words(name, charset), self.email),
            name if name.contains(special) => format!("\"{name}\" <{}>", self.email),
            name => format!("{name} <{}>", self.email),
        }
    }
}

/// A message in the making.
#[derive(Clone, Debug)]
pub struct Letter {
    from: Person,
    to: Vec<Person>,
    cc: Vec<Person>,
    subject: String,
    date: i64,
    id: String,
    references: Vec<String>,
    charset: String,
    more: Vec<(String, String)>,
    body: Part,
}

impl Letter {
    /// From somebody to somebody at a time (Unix seconds). The Message-ID is made of the time, the subject and the sender.
    pub fn new(from: &Person, to: &Person, subject: &str, date: i64, body: Part) -> Self {
        let domain = from.email.split('@').next_back().unwrap_or("example.com");
        let digest = crate::authority::sha256_hex(format!("{date} {subject} {}", from.email).as_bytes());
        let id = format!("{}@{domain}", digest.get(..24).unwrap_or_default());
        Self {
            from: from.clone(),
            to: vec![to.clone()],
            cc: Vec::new(),
            subject: subject.to_owned(),
            date,
            id,
            references: Vec::new(),
            charset: "utf-8".to_owned(),
            more: Vec::new(),
            body,
        }
    }

    /// One more recipient.
    #[must_use]
    pub fn also_to(mut self, person: &Person) -> Self {
        self.to.push(person.clone());
        self
    }

    /// A copy for somebody.
    #[must_use]
    pub fn cc(mut self, person: &Person) -> Self {
        self.cc.push(person.clone());
        self
    }

    /// An answer to that one: In-Reply-To and References (RFC 5322 §3.6.4).
    #[must_use]
    pub fn answering(mut self, other: &Self) -> Self {
        self.references.clone_from(&other.references);
        self.references.push(other.id.clone());
        self
    }

    /// Header text in that charset instead of UTF-8.
    #[must_use]
    pub fn charset(mut self, charset: &str) -> Self {
        charset.clone_into(&mut self.charset);
        self
    }

    /// One more header, as it is.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.more.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Its Message-ID without brackets.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its date, Unix seconds.
    pub fn date(&self) -> i64 {
        self.date
    }

    /// Its subject.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// As it travels; lines end in CRLF.
    pub fn bytes(&self) -> Vec<u8> {
        let list = |people: &[Person]| {
            let headers: Vec<String> = people.iter().map(|p| p.header(&self.charset)).collect();
            headers.join(",\r\n\t")
        };
        let domain = self.from.email.split('@').next_back().unwrap_or("example.com");
        let mut head = String::new();
        let _ = write!(
            head,
            "Received: from mail.{domain} (mail.{domain} [192.0.2.{}])\r\n\tby mx.example.com with ESMTPS id {};\r\n\t{}\r\n",
            self.date.rem_euclid(250) + 1,
            self.id.get(..10).unwrap_or_default(),
            date::header(self.date)
        );
        let _ = write!(head, "Date: {}\r\nFrom: {}\r\n", date::header(self.date), self.from.header(&self.charset));
        let _ = write!(head, "To: {}\r\n", list(&self.to));
        if !self.cc.is_empty() {
            let _ = write!(head, "Cc: {}\r\n", list(&self.cc));
        }
        let _ = write!(head, "Subject: {}\r\n", encode::words(&self.subject, &self.charset));
        let _ = write!(head, "Message-ID: <{}>\r\n", self.id);
        if let Some(parent) = self.references.last() {
            let all: Vec<String> = self.references.iter().map(|id| format!("<{id}>")).collect();
            let _ = write!(head, "In-Reply-To: <{parent}>\r\nReferences: {}\r\n", all.join("\r\n\t"));
        }
        for (name, value) in &self.more {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        head.push_str("MIME-Version: 1.0\r\n");
        let mut out = head.into_bytes();
        self.body.write(self.id.get(..16).unwrap_or("b"), &mut out);
        out
    }
}
