#!/bin/sh
# Builds git-warrant or takes a release of it, puts it into $PREFIX/bin, installs its hooks in one repository, and checks that
# repository's last commits. `./install.sh --uninstall` takes the hooks and the program out again.
set -eu

usage() {
	cat <<'END'
Usage: ./install.sh [--release URL] [--no-hooks] [--uninstall] [--help]

  --release URL  take the program from the folder of a release (it holds SHA256SUMS) instead of building it; what does not
                 have the sum that stands there is not installed. Where the release has no program for this machine, or cannot
                 be reached, it is built
  --no-hooks     only install the program
  --uninstall    take the hooks of the repository you stand in, and the program, out again

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
release=${GIT_WARRANT_RELEASE:-}
while [ $# -gt 0 ]; do
	argument=$1
	shift
	case $argument in
	--release)
		[ $# -gt 0 ] || die "--release wants the address of a release's folder"
		release=$1
		shift
		;;
	--release=*) release=${argument#--release=} ;;
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
share=${PREFIX:-$HOME/.local}/share
pages="man/man1/git-warrant.1 bash-completion/completions/git-warrant zsh/site-functions/_git-warrant fish/vendor_completions.d/git-warrant.fish"

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
	for page in $pages; do rm -f -- "$share/$page"; done
	say "removed $program"
	say "hooks left in other repositories block from now on, and say which file to take out"
	exit 0
fi

work=$(mktemp -d) || die "no temporary directory can be made; set TMPDIR to one"
fresh=$bin/.git-warrant.$$
trap 'rm -rf -- "$work"; rm -f -- "$fresh"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# The name that releases have for this machine.
target() {
	case $(uname -s)-$(uname -m) in
	Linux-x86_64) echo x86_64-unknown-linux-gnu ;;
	Linux-aarch64 | Linux-arm64) echo aarch64-unknown-linux-gnu ;;
	Darwin-x86_64) echo x86_64-apple-darwin ;;
	Darwin-arm64) echo aarch64-apple-darwin ;;
	*) return 1 ;;
	esac
}
fetch() {
	if command -v curl >/dev/null 2>&1; then
		curl -fsSL --proto '=https,file' --retry 2 -o "$2" -- "$1"
	elif command -v wget >/dev/null 2>&1; then
		wget -q -O "$2" -- "$1"
	else
		say "neither curl nor wget is on PATH"
		return 1
	fi
}
sum() {
	if command -v sha256sum >/dev/null 2>&1; then
		sha256sum <"$1" | cut -d ' ' -f 1
	elif command -v shasum >/dev/null 2>&1; then
		shasum -a 256 <"$1" | cut -d ' ' -f 1
	else
		die "neither sha256sum nor shasum is on PATH, so a release cannot be verified"
	fi
}

# Sets `built` to the program of the release. A sum that does not fit ends all; that there is nothing to take does not.
built=
take_release() {
	machine=$(target) || { say "releases have no program for $(uname -s) on $(uname -m)" && return 0; }
	fetch "${release%/}/SHA256SUMS" "$work/SHA256SUMS" || { say "$release has no SHA256SUMS, or cannot be reached" && return 0; }
	# One line a file: the sum, two blanks, the name. A name is no path.
	line=$(grep -E "^[0-9a-f]{64}  git-warrant-[0-9A-Za-z.+-]+-$machine\.tar\.gz\$" "$work/SHA256SUMS" | tail -n 1) || line=
	[ -n "$line" ] || { say "$release has no program for $machine" && return 0; }
	archive=${line#*  }
	fetch "${release%/}/$archive" "$work/$archive" || { say "$archive cannot be fetched" && return 0; }
	found=$(sum "$work/$archive")
	[ "$found" = "${line%%  *}" ] ||
		die "$archive does not have the sum that SHA256SUMS names: it is damaged, or not what was released; nothing was installed"
	tar -C "$work" -xzf "$work/$archive" || die "$archive cannot be unpacked"
	built=$work/${archive%.tar.gz}/bin/git-warrant
	"$built" --version >/dev/null 2>&1 || { say "the program of $archive does not run here" && built=; }
}
if [ -n "$release" ]; then
	say "looking for a program in $release"
	take_release
	[ -z "$built" ] || say "its checksum is right"
fi

if [ -z "$built" ]; then
	need cargo "install Rust (https://rustup.rs)"
	command -v cc >/dev/null 2>&1 || command -v gcc >/dev/null 2>&1 || command -v clang >/dev/null 2>&1 ||
		die "a C compiler is needed to build libgit2; install gcc or clang (Debian: apt install build-essential)"
	say "building the release program, which takes some minutes the first time"
	"$here/packaging/build" || die "the build failed; see above"
	built=${CARGO_TARGET_DIR:-target}
	case $built in
	/*) ;;
	*) built=$here/$built ;;
	esac
	built=$built/release/git-warrant
	[ -x "$built" ] || die "the build left no $built"
fi

mkdir -p -- "$bin" || die "$bin cannot be made; set PREFIX to a directory you can write"
if ! { cp -- "$built" "$fresh" && chmod 755 "$fresh" && mv -f -- "$fresh" "$program"; }; then
	die "$program cannot be written; set PREFIX to a directory you can write"
fi
# The manual page is what `git warrant --help` shows. Without it and the completions all else works.
for page in $pages; do
	case $page in
	man/*) set -- man ;;
	bash-*) set -- completions bash ;;
	zsh/*) set -- completions zsh ;;
	*) set -- completions fish ;;
	esac
	if "$program" "$@" >"$work/page" && mkdir -p -- "$share/${page%/*}" 2>/dev/null; then
		cp -- "$work/page" "$share/$page" 2>/dev/null || say "$share/$page cannot be written, so it is left out"
	fi
done
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
