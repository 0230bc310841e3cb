//! Compound commands: conditions, loops, cases, functions, tests.

use super::read::{End, Reader};
use super::{Command, Item, List, Then, Word};

impl Reader<'_, '_> {
    pub(super) fn compound(&mut self, keyword: &str) -> Vec<List> {
        let mut lists = Vec::new();
        match keyword {
            "if" => loop {
                lists.push(self.list(End::Words(&["then"])).0);
                let (list, end) = self.list(End::Words(&["elif", "else", "fi"]));
                lists.push(list);
                match end {
                    Some("elif") => {}
                    Some("else") => {
                        lists.push(self.list(End::Words(&["fi"])).0);
                        break;
                    }
                    _ => break,
                }
            },
            "while" | "until" => {
                lists.push(self.list(End::Words(&["do"])).0);
                lists.push(self.list(End::Words(&["done"])).0);
            }
            "for" | "select" => {
                self.skip_blanks();
                if self.rest().starts_with("((") {
                    self.at += self.rest().find("))").map_or(0, |end| end + 2);
                }
                while self.word().is_some() {
                    self.skip_blanks();
                }
                self.skip_blanks();
                if self.peek() == Some(b';') {
                    self.at += 1;
                }
                lists.push(self.list(End::Words(&["do"])).0);
                lists.push(self.list(End::Words(&["done"])).0);
            }
            "case" => {
                self.skip_blanks();
                self.word();
                self.skip_blanks();
                self.eat("in");
                loop {
                    self.skip_lines();
                    if self.eat("esac") || self.peek().is_none() {
                        break;
                    }
                    self.eat("(");
                    // A pattern: words and bars up to the bracket.
                    loop {
                        self.skip_blanks();
                        if self.word().is_none() && !self.eat("|") {
                            break;
                        }
                    }
                    if !self.eat(")") {
                        self.shared.is_broken = true;
                        if self.next_char().is_none() {
                            break;
                        }
                        continue;
                    }
                    lists.push(self.list(End::Case).0);
                }
            }
            _ => {
                // `function name { … }`, `coproc { … }`
                self.skip_blanks();
                if !self.rest().starts_with('{') {
                    self.word();
                }
                self.skip_blanks();
                if self.eat("(") {
                    self.skip_blanks();
                    self.eat(")");
                }
                self.skip_lines();
                lists.extend(self.body());
            }
        }
        lists
    }

    /// The body of a function.
    pub(super) fn body(&mut self) -> Option<List> {
        let stage = self.stage()?;
        Some(vec![Item { stages: vec![stage], is_negated: false, then: Then::Next }])
    }

    /// `[[ … ]]`, where `<`, `&&` and brackets are no operators.
    pub(super) fn test(&mut self, command: &mut Command) {
        loop {
            self.skip_lines();
            if self.eat("]]") {
                command.words.push(Word::from("]]"));
                return;
            }
            if let Some(word) = self.word() {
                command.words.push(word);
            } else if let Some(c) = self.next_char() {
                command.words.push(Word::from(c.encode_utf8(&mut [0; 4]) as &str));
            } else {
                self.shared.is_broken = true;
                return;
            }
        }
    }
}
