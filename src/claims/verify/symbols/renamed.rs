//! `symbol-renamed`. Both ends are judged as if claimed alone; what lies between is left open: a rename may keep the old
//! name as an alias, and the old name may be that of another commit.

use super::words::Side;
use super::{Look, Match, Ruling, Wanted, added, place, removed, spot};

pub(super) fn judge(from: &Wanted<'_>, to: &Wanted<'_>, look: &Look<'_, '_>) -> Ruling {
    if let Some(ruling) = seen(from, to, look) {
        return ruling;
    }
    let (old, new) = (removed::judge(from, look), added::judge(to, look));
    let absent = look.words.spots(Side::Added, to.name.word()).all.is_empty();
    if new.is_contradicted() && (absent || old.is_contradicted()) {
        return new;
    }
    let said = format!("{}; {}", old.reason, new.reason);
    Ruling::unsupported(said).with(old.evidence.into_iter().chain(new.evidence))
}

/// The old name is gone and the new one is there, in one file and of one sort, or alike but for the name.
fn seen(from: &Wanted<'_>, to: &Wanted<'_>, look: &Look<'_, '_>) -> Option<Ruling> {
    let diff = look.diff;
    let is_old = |at| {
        let (file, symbol) = diff.before(at)?;
        (from.name.matches(&file.old_path, file.old.as_ref()?, symbol)? == Match::Exact).then_some((file, symbol))
    };
    let is_new = |at| {
        let (file, symbol) = diff.after(at)?;
        (to.name.matches(&file.path, file.new.as_ref()?, symbol)? == Match::Exact).then_some((file, symbol))
    };
    let (from, to) = (&from.name.shown, &to.name.shown);
    for (old, new) in &diff.renamed {
        if let (Some(_), Some((file, symbol))) = (is_old(*old), is_new(*new)) {
            let here = place(&file.path, symbol.lines.start);
            let reason = format!("`{from}` is now `{to}`: {here}");
            return Some(Ruling::supported(reason).with(spot(&file.path, symbol.lines.start)));
        }
    }
    let gone: Vec<_> = look.gone().filter_map(|(at, _)| is_old(at)).collect();
    if gone.is_empty() {
        return None;
    }
    for (file, symbol) in look.fresh().filter_map(|(at, _)| is_new(at)) {
        let mate = gone.iter().find(|(other, was)| other.index == file.index && was.kind.is_like(symbol.kind));
        if mate.is_some() && !file.doubtful() {
            let here = place(&file.path, symbol.lines.start);
            let reason = format!("`{from}` is gone and `{to}` is new: {here}");
            return Some(Ruling::supported(reason).with(spot(&file.path, symbol.lines.start)));
        }
    }
    None
}
