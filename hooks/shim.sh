#!/bin/sh
# git-warrant hook shim, version 1. `git-warrant install` writes it, `git-warrant uninstall` takes it out again.
hook=@HOOK@
program=@PROGRAM@
if [ "$1" != --probe ] && [ -x "$0.before-warrant" ]; then
	"$0.before-warrant" "$@" || exit
fi
if ! [ -x "$program" ] && ! program=$(command -v git-warrant); then
	echo "git-warrant: $hook cannot judge this commit: the program" @PROGRAM@ "is gone; install it again, or take this hook out: rm '$0'" >&2
	exit 1
fi
exec "$program" hook "$hook" "$@"
