#!/bin/sh
# git-warrant hook shim, version 2. `git-warrant install` writes it, `git-warrant uninstall` takes it out again.
hook=@HOOK@
program=@PROGRAM@ input=
if [ "$1" != --probe ] && [ -x "$0.before-warrant" ]; then
	case $hook in pre-push | pre-receive | post-rewrite) input=$(cat && echo .) ;; esac
	printf %s "${input%.}" | "$0.before-warrant" "$@" || exit
fi
if ! [ -x "$program" ] && ! program=$(command -v git-warrant); then
	echo "git-warrant: $hook cannot judge: the program" @PROGRAM@ "is gone; install it again, or take this hook out: rm '$0'" >&2
	exit 1
fi
if [ -n "$input" ]; then printf %s "${input%.}" | "$program" hook "$hook" "$@"; exit; fi
exec "$program" hook "$hook" "$@"
