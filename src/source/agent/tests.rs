use super::*;
use crate::model::actor::EvidenceKind;
use crate::model::change::Person;
use crate::model::object::ObjectId;

fn message(text: &str) -> Message {
    Message { text: text.to_owned(), ..Message::default() }
}

fn by_message(text: &str) -> Option<&'static str> {
    identify(&Signs { message: Some(&message(text)), ..Signs::default() }).agent()
}

fn by_environment(variables: &'static [(&'static str, &'static str)]) -> Actor {
    let lookup = |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
    identify(&Signs { environment: Some(&lookup), ..Signs::default() })
}

fn by_author(name: &str, email: &str) -> Option<&'static str> {
    let human = Person { name: "Ada".into(), email: "ada@example.com".into() };
    let commit = CommitInfo {
        id: ObjectId::from_hex(&[b'1'; 40]).expect("an id"),
        parents: Vec::new(),
        author: Person { name: name.into(), email: email.into() },
        committer: human,
        message: "x".into(),
    };
    identify(&Signs { commit: Some(&commit), ..Signs::default() }).agent()
}

fn by_branch(name: &str) -> Option<&'static str> {
    identify(&Signs { branch: Some(name.into()), ..Signs::default() }).agent()
}

#[test]
fn profiles_are_sorted_and_in_the_form_that_is_compared() {
    assert!(PROFILES.windows(2).all(|pair| pair[0].name < pair[1].name));
    for profile in PROFILES {
        let lists = [profile.emails, profile.apps, profile.words];
        assert!(lists.into_iter().flatten().all(|text| *text == text.to_ascii_lowercase()), "{}", profile.name);
        assert!(profile.apps.iter().all(|app| app.ends_with("[bot]")), "{}", profile.name);
    }
}

#[test]
fn every_agent_is_documented() {
    let docs = include_str!("../../../docs/agents.md");
    for name in names() {
        assert!(docs.contains(&format!("`{name}`")), "docs/agents.md does not name {name}");
    }
}

#[test]
fn environments_that_decide() {
    for (variables, agent) in [
        (&[("CLAUDE_CODE_SESSION_ID", "5")][..], "claude-code"),
        (&[("AI_AGENT", "claude-code_2-1-330_agent")], "claude-code"),
        (&[("CODEX_THREAD_ID", "t")], "codex"),
        (&[("CODEX_SANDBOX", "seatbelt")], "codex"),
        (&[("CURSOR_AGENT", "1")], "cursor"),
        (&[("GEMINI_CLI", "1")], "gemini"),
        (&[("COPILOT_CLI", "1")], "copilot"),
        (&[("OPENCODE", "1"), ("AGENT", "1")], "opencode"),
        (&[("AGENT", "amp")], "amp"),
        (&[("AGENT", "goose")], "goose"),
        (&[("JUNIE_DATA", "/d")], "junie"),
        (&[("AI_AGENT", "something-new")], UNKNOWN),
    ] {
        assert_eq!(by_environment(variables).agent(), Some(agent), "{variables:?}");
    }
}

#[test]
fn environments_that_do_not_decide() {
    for variables in [
        &[("CURSOR_TRACE_ID", "x")][..],
        &[("AGENT", "1")],
        &[("REPL_ID", "x")],
        &[("CURSOR_AGENT", "0")],
        &[("CLAUDECODE", "")],
        &[("SSH_AGENT_PID", "1"), ("EDITOR", "vim")],
    ] {
        assert_eq!(by_environment(variables).agent(), None, "{variables:?}");
    }
}

#[test]
fn ambiguous_and_supporting_variables_say_so() {
    let alone = by_environment(&[("CLAUDECODE", "1")]);
    assert_eq!(alone.agent(), Some("claude-code"));
    assert!(alone.evidence[0].detail.contains("alone"), "{}", alone.evidence[0].detail);
    let both = by_environment(&[("CLAUDECODE", "1"), ("CLAUDE_CODE_SESSION_ID", "secret-id")]);
    assert!(both.evidence.iter().all(|one| !one.detail.contains("alone") && !one.detail.contains("secret-id")));
    let cursor = by_environment(&[("CURSOR_AGENT", "1"), ("CURSOR_TRACE_ID", "x")]);
    assert_eq!(cursor.evidence.len(), 2);
}

#[test]
fn authors_by_address() {
    for (name, email, agent) in [
        ("Claude", "noreply@anthropic.com", "claude-code"),
        ("Claude", "no-reply@anthropic.com", "claude-code"),
        ("claude[bot]", "1+claude[bot]@users.noreply.github.com", "claude-code"),
        ("GPT", "codex@openai.com", "codex"),
        ("Cursor Agent", "cursoragent@cursor.com", "cursor"),
        ("copilot-swe-agent[bot]", "198982749+Copilot@users.noreply.github.com", "copilot"),
        ("devin-ai-integration[bot]", "158243242+devin-ai-integration[bot]@users.noreply.github.com", "devin"),
        ("openhands", "openhands@all-hands.dev", "openhands"),
        ("google-labs-jules[bot]", "161369871+google-labs-jules[bot]@users.noreply.github.com", "jules"),
        ("factory-droid[bot]", "138933559+factory-droid[bot]@users.noreply.github.com", "factory-droid"),
        ("gemini-cli[bot]", "2+gemini-cli[bot]@users.noreply.github.com", "gemini"),
        ("opencode-agent[bot]", "3+opencode-agent[bot]@users.noreply.github.com", "opencode"),
        ("Ada (aider)", "ada@example.com", "aider"),
        ("Amp", "amp@ampcode.com", "amp"),
    ] {
        assert_eq!(by_author(name, email), Some(agent), "{name} <{email}>");
    }
}

#[test]
fn people_and_other_bots_are_no_agents() {
    for (name, email) in [
        ("Claude Monet", "claude@example.com"),
        ("Claude", "claude@anthropic.com"),
        ("Devin Smith", "devin@example.com"),
        ("Jules", "jules@users.noreply.github.com"),
        ("copilot-fan", "99+copilot-fan@users.noreply.github.com"),
        ("Ada aider", "ada@example.com"),
        ("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com"),
        ("renovate[bot]", "29139614+renovate[bot]@users.noreply.github.com"),
        ("github-actions[bot]", "41898282+github-actions[bot]@users.noreply.github.com"),
        ("GitHub", "noreply@github.com"),
    ] {
        assert_eq!(by_author(name, email), None, "{name} <{email}>");
    }
}

#[test]
fn messages_with_marks() {
    for (text, agent) in [
        ("x\n\nCo-Authored-By: Claude Opus 9 (1M context) <noreply@anthropic.com>", "claude-code"),
        ("x\n\n🤖 Generated with [Claude Code](https://claude.com/claude-code)\n", "claude-code"),
        ("x\n\nClaude-Session: https://claude.ai/code/session_1", "claude-code"),
        ("x\n\nCo-authored-by: Codex <noreply@openai.com>", "codex"),
        ("x\n\nMade-with: Cursor", "cursor"),
        ("x\n\nco-authored-by: Copilot <223556219+Copilot@users.noreply.github.com>", "copilot"),
        ("x\n\nAgent-Logs-Url: https://example.com", "copilot"),
        ("x\n\nAmp-Thread-ID: T-1", "amp"),
        ("x\n\n💘 Generated with Crush\n", "crush"),
        ("x\n\nAssisted-by: Big Model via Crush <crush@charm.land>", "crush"),
        ("x\n\nReplit-Commit-Author: Agent", "replit"),
        ("x\n\nCo-authored-by: aider (gpt) <aider@aider.chat>", "aider"),
        ("x\n\nAssisted-by: Claude:claude-opus-4.6 sparse", "claude-code"),
        ("x\n\nAssisted-by: GitHub Copilot", "copilot"),
        ("x\n\nAssisted-by: SomethingNew:v1", UNKNOWN),
        ("x\n\nGenerated-by: GPT-7", UNKNOWN),
        ("x\n\nEntire-Checkpoint: 0123456789ab", UNKNOWN),
        // A squash merge keeps each commit's trailers where they were.
        ("x (#1)\n\n* a\n\nCo-authored-by: Claude <noreply@anthropic.com>\n\n* b\n\nMore words.\n", "claude-code"),
        ("x\n\n🤖 Co-authored-by: Claude <noreply@anthropic.com>\n", "claude-code"),
        ("x\n\n```console``` blocks are gone\n\nCo-authored-by: Claude <noreply@anthropic.com>", "claude-code"),
        ("x\n\n```\nnever closed\n\nCo-authored-by: Claude <noreply@anthropic.com>", "claude-code"),
        ("x\n\nEntire-Checkpoint: 0123456789ab\nCo-authored-by: Amp <amp@ampcode.com>", "amp"),
    ] {
        assert_eq!(by_message(text), Some(agent), "{text}");
    }
}

#[test]
fn messages_that_only_speak_of_agents() {
    for text in [
        "Add Copilot and Claude Code to the list of tools",
        "docs: tell how Generated with [Claude Code] is written",
        "x\n\nReviewed-by: Copilot <223556219+Copilot@users.noreply.github.com>",
        "x\n\nCo-authored-by: Claude Monet <claude@example.com>",
        "x\n\n> Co-authored-by: Claude <noreply@anthropic.com>",
        "x\n\n    Co-authored-by: Claude <noreply@anthropic.com>",
        "x\n\n```\nCo-authored-by: Claude <noreply@anthropic.com>\n```\n",
        "x\n\n````md\n```\nCo-authored-by: Claude <noreply@anthropic.com>\n```\n````\n",
        "x\n\n~~~\n```\nCo-authored-by: Claude <noreply@anthropic.com>\n~~~\n",
        "x\n\nGenerated-by: protoc 3.1",
        "x\n\nAssisted-by: Ada <ada@example.com>",
        "x\n\nMade-with: love",
        "x\n\nReplit-Commit-Author: Ada",
        "x\n\nAmp-Thread-ID:",
    ] {
        assert_eq!(by_message(text), None, "{text}");
    }
}

#[test]
fn branches() {
    assert_eq!(by_branch("claude/fix-1"), Some("claude-code"));
    assert_eq!(by_branch("copilot/fix-1"), Some("copilot"));
    assert_eq!(by_branch("devin/1-x"), Some("devin"));
    assert_eq!(by_branch("agent/x"), Some(UNKNOWN));
    assert_eq!(by_branch("feature/claude"), None);
    assert_eq!(by_branch("claude-monet"), None);
}

#[test]
fn the_strongest_evidence_comes_first() {
    let lookup = |name: &str| (name == "CODEX_THREAD_ID").then(|| "t".to_owned());
    let text = message("x\n\nCo-authored-by: Claude <noreply@anthropic.com>\n");
    let branch = "cursor/x";
    let signs =
        Signs { environment: Some(&lookup), message: Some(&text), branch: Some(branch.into()), ..Signs::default() };
    let actor = identify(&signs);
    let order: Vec<(&str, EvidenceKind)> = actor.evidence.iter().map(|one| (one.agent, one.kind)).collect();
    assert_eq!(
        order,
        [
            ("codex", EvidenceKind::Environment),
            ("claude-code", EvidenceKind::Trailer),
            ("cursor", EvidenceKind::Branch)
        ]
    );
}

#[test]
fn hostile_messages_are_bounded_and_escaped() {
    let text = format!("x\n\nCo-authored-by: \u{1b}[31m{} <noreply@anthropic.com>\n", "é".repeat(10_000));
    let actor = identify(&Signs { message: Some(&message(&text)), ..Signs::default() });
    let detail = &actor.evidence[0].detail;
    assert!(detail.len() < 500 && !detail.contains('\u{1b}'), "{detail}");
}
