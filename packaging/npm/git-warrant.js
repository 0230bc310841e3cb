#!/usr/bin/env node
// Starts the program that the package of this platform holds. Hooks do not come through here: `git-warrant install` writes the
// program's own path into them.
const { spawnSync } = require("node:child_process")
const { constants } = require("node:os")

const name = `git-warrant-${process.platform}-${process.arch}`
let program
try {
  program = require.resolve(`${name}/bin/git-warrant`)
} catch {
  console.error(
    `git-warrant: the package ${name} is not installed. Either there is no program for this platform, or optional ` +
      "dependencies were left out; install without --omit=optional, or build it from its source",
  )
  process.exit(2)
}
const done = spawnSync(program, process.argv.slice(2), { stdio: "inherit" })
if (done.error) {
  console.error(`git-warrant: ${program}: ${done.error.message}`)
  process.exit(2)
}
process.exit(done.signal ? 128 + (constants.signals[done.signal] ?? 0) : done.status)
