// node packaging/npm/build.mjs FOLDER VERSION [PLATFORM-ARCH=PROGRAM …]
//
// Writes FOLDER/git-warrant, a package of a few lines of JavaScript, and FOLDER/git-warrant-PLATFORM-ARCH for each program. The first one
// names the others as optional dependencies, of which npm installs the one that fits: nothing is run or fetched at installation.
import { execFileSync } from "node:child_process"
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const PLATFORMS = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"]

const here = dirname(fileURLToPath(import.meta.url))
const top = join(here, "../..")
const [folder, version, ...programs] = process.argv.slice(2)
if (!folder || !/^\d+\.\d+\.\d+/.test(version ?? "")) {
  console.error("usage: node packaging/npm/build.mjs FOLDER VERSION [PLATFORM-ARCH=PROGRAM …]")
  process.exit(2)
}

const common = {
  version,
  license: "MIT OR Apache-2.0",
  engines: { node: ">=18" },
}
const write = (name, more) => {
  const to = join(folder, name)
  mkdirSync(join(to, "bin"), { recursive: true })
  writeFileSync(join(to, "package.json"), `${JSON.stringify({ name, ...common, ...more }, null, 2)}\n`)
  for (const file of ["LICENSE-MIT", "LICENSE-APACHE"]) cpSync(join(top, file), join(to, file))
  return to
}

const main = write("git-warrant", {
  description: "Holds a coding agent to what it was allowed to change, and to what it said it changed",
  keywords: ["git", "agent", "policy", "hooks", "audit"],
  bin: { "git-warrant": "bin/git-warrant.js" },
  files: ["bin"],
  optionalDependencies: Object.fromEntries(PLATFORMS.map((platform) => [`git-warrant-${platform}`, version])),
})
cpSync(join(here, "git-warrant.js"), join(main, "bin/git-warrant.js"))
chmodSync(join(main, "bin/git-warrant.js"), 0o755)
cpSync(join(top, "README.md"), join(main, "README.md"))

for (const given of programs) {
  const [platform, program] = given.split(/=(.*)/s)
  if (!PLATFORMS.includes(platform) || !program) {
    console.error(`${given}: PLATFORM-ARCH is one of ${PLATFORMS.join(", ")}`)
    process.exit(2)
  }
  const [os, cpu] = platform.split("-")
  const to = write(`git-warrant-${platform}`, {
    description: `The program of git-warrant for ${platform}`,
    os: [os],
    cpu: [cpu],
    ...(os === "linux" ? { libc: ["glibc"] } : {}),
    man: ["share/man/man1/git-warrant.1"],
    files: ["bin", "share"],
  })
  cpSync(program, join(to, "bin/git-warrant"))
  chmodSync(join(to, "bin/git-warrant"), 0o755)
  writeFileSync(join(to, "README.md"), "The program of git-warrant for one platform; the package git-warrant installs it.\n")
  const has = `${process.platform}-${process.arch}` === platform
  // A program for another platform does not run here; its pages are those of any other of the same version.
  if (has) execFileSync(join(top, "packaging/pages"), [join(to, "bin/git-warrant"), to])
}
