#!/bin/sh
# Builds git-warrant, puts it into $PREFIX/bin, installs its hooks in one repository, and checks that repository's last
# commits. `./install.sh --uninstall` takes the hooks and the program out again.
set -eu

usage() {
	cat <<'END'
Usage: ./install.sh [--no-hooks] [--uninstall] [--help]

  --no-hooks    only build and install the program
  --uninstall   take the hooks of the repository you stand in, and the program, out again

The program goes to $PREFIX/bin; PREFIX is $HOME/.local unless set. The repository is the one you stand in, or the one
this script lies in.
END
}

say() { printf 'install: %s\n' "$*"; }
die() {
	printf 'install: error: %s\n' "$*" >&2
	exit 1
}
need() { command -v "$1" >/dev/null 2>&1 || die "$1 is needed and not on PATH; $2"; }

hooks=yes
action=install
for argument; do
	case $argument in
	--no-hooks) hooks=no ;;
	--uninstall) action=uninstall ;;
	--help | -h)
		usage
		exit 0
		;;
	*)
		usage >&2
		die "unknown argument: $argument"
		;;
	esac
done

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
[ -n "${PREFIX:-}" ] || [ -n "${HOME:-}" ] || die "neither PREFIX nor HOME is set, so there is no place to install to"
bin=${PREFIX:-$HOME/.local}/bin
program=$bin/git-warrant

need git "install git (git-scm.com)"
repository=$(git rev-parse --show-toplevel 2>/dev/null) || repository=$(git -C "$here" rev-parse --show-toplevel 2>/dev/null) || repository=

if [ "$action" = uninstall ]; then
	if ! [ -x "$program" ]; then
		say "$program is not there, so there is nothing to take out"
		exit 0
	fi
	if [ "$hooks" = yes ] && [ -n "$repository" ]; then
		"$program" -C "$repository" uninstall || die "the hooks of $repository are still there; nothing else was done"
	fi
	rm -f -- "$program"
	say "removed $program"
	say "hooks left in other repositories block from now on, and say which file to take out"
	exit 0
fi

need cargo "install Rust (https://rustup.rs)"
command -v cc >/dev/null 2>&1 || command -v gcc >/dev/null 2>&1 || command -v clang >/dev/null 2>&1 ||
	die "a C compiler is needed to build libgit2; install gcc or clang (Debian: apt install build-essential)"

say "building the release program, which takes some minutes the first time"
(cd "$here" && cargo build --release --locked) || die "the build failed; see above"
built=${CARGO_TARGET_DIR:-target}
case $built in
/*) ;;
*) built=$here/$built ;;
esac
[ -x "$built/release/git-warrant" ] || die "the build left no $built/release/git-warrant"

mkdir -p -- "$bin" || die "$bin cannot be made; set PREFIX to a directory you can write"
fresh=$bin/.git-warrant.$$
trap 'rm -f -- "$fresh"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
if ! { cp -- "$built/release/git-warrant" "$fresh" && chmod 755 "$fresh" && mv -f -- "$fresh" "$program"; }; then
	die "$program cannot be written; set PREFIX to a directory you can write"
fi
say "installed $("$program" --version) as $program"
case :$PATH: in
*":$bin:"*) ;;
*) say "$bin is not on PATH; add to your shell's profile: export PATH=\"$bin:\$PATH\"" ;;
esac

if [ "$hooks" = no ]; then
	exit 0
fi
if [ -z "$repository" ]; then
	say "no repository here; in one, run: git warrant install"
	exit 0
fi
say "hooks of $repository"
"$program" -C "$repository" install || die "the program is installed, the hooks are not; see above"

# A first look at what is there already. Findings are its result, not a failure of the installation.
count=$(git -C "$repository" rev-list --first-parent --count HEAD 2>/dev/null) || count=0
if [ "$count" -gt 1 ]; then
	last=$((count - 1))
	[ "$last" -le 10 ] || last=10
	say "a first check of $repository: HEAD~$last..HEAD against its policy, as if agents had made every commit"
	status=0
	"$program" -C "$repository" check --range "HEAD~$last..HEAD" --applies-to everyone || status=$?
	[ "$status" -le 1 ] || say "not everything could be judged; see above"
else
	say "fewer than two commits in $repository, so there is nothing to check yet"
fi
say "done; 'git warrant init' writes a policy, './install.sh --uninstall' takes all of it out again"
