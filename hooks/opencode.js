// git-warrant's plugin for OpenCode: tells `git-warrant` what happens in a session, and does what it answers.
// Written by `git-warrant install --agent opencode`, taken out by `git-warrant uninstall --agent opencode`.
// It has no dependencies and keeps nothing; the protocol is that of docs/agent-hooks.md in git-warrant's repository.
import { spawn } from "node:child_process"

const PROGRAM = "git-warrant"
const MARK = "git-warrant: "
const SECONDS = { "session-start": 30, prompt: 20, stop: 60 }
const MOST = 60000

const go = { action: "continue" }

// Whatever keeps the program from answering lets the session go on: the end of the turn, the commit and CI judge again.
const ask = (directory, event, more) =>
  new Promise((resolve) => {
    let out = ""
    let timer
    const done = (answer) => {
      clearTimeout(timer)
      resolve(answer)
    }
    try {
      const child = spawn(PROGRAM, ["hook", "agent", "--agent", "opencode", event], {
        cwd: directory,
        stdio: ["pipe", "pipe", "ignore"],
      })
      timer = setTimeout(() => {
        child.kill()
        done(go)
      }, (SECONDS[event] ?? 10) * 1000)
      child.on("error", () => done(go))
      child.stdin.on("error", () => {})
      child.stdout.on("data", (chunk) => (out += chunk))
      child.on("close", () => {
        try {
          done(JSON.parse(out))
        } catch {
          done(go)
        }
      })
      child.stdin.end(JSON.stringify({ schema: 1, event, directory, at: Date.now(), ...more }))
    } catch {
      done(go)
    }
  })

export const GitWarrant = async ({ client, directory, worktree }) => {
  const here = worktree && worktree !== "/" ? worktree : directory
  const parents = new Map() // helper session -> its parent
  const sessions = new Map() // session -> { turn, continuing, working, context, agent, model }

  const root = (id) => {
    let top = id
    for (let depth = 0; parents.has(top) && depth < 20; depth++) top = parents.get(top)
    return top
  }
  const names = (id) => (root(id) === id ? { session: id } : { session: root(id), helper: id })
  const of = async (id) => {
    let state = sessions.get(id)
    if (!state) {
      state = { turn: undefined, continuing: false, working: false, context: [] }
      sessions.set(id, state)
      if (!parents.has(id)) {
        const answer = await ask(here, "session-start", { ...names(id), source: "startup" })
        if (answer.action === "context") state.context.push(answer.reason)
      }
    }
    return state
  }

  const lastMessage = async (id) => {
    try {
      const { data } = await client.session.messages({ path: { id } })
      const last = data.filter((one) => one.info.role === "assistant").at(-1)
      const texts = last.parts.filter((part) => part.type === "text" && !part.synthetic).map((part) => part.text)
      return texts.join("\n") || undefined
    } catch {
      return undefined
    }
  }

  const idle = async (id) => {
    const state = sessions.get(id)
    // A helper's end is not that of the turn; and one idle may be told twice.
    if (parents.has(id) || !state || !state.working) return
    state.working = false
    const { turn, continuing } = state
    const answer = await ask(here, "stop", { ...names(id), turn, continuing, message: await lastMessage(id) })
    if (answer.action !== "block") return
    const parts = [{ type: "text", text: answer.reason }]
    const body = { parts, ...(state.agent && { agent: state.agent }), ...(state.model && { model: state.model }) }
    await client.session.promptAsync({ path: { id }, body })
  }

  return {
    event: async ({ event }) => {
      if (event.type === "session.created" || event.type === "session.updated") {
        const { id, parentID } = event.properties.info
        if (parentID) parents.set(id, parentID)
      } else if (event.type === "session.idle") {
        await idle(event.properties.sessionID)
      } else if (event.type === "session.deleted") {
        const { id } = event.properties.info
        if (sessions.delete(id)) await ask(here, "session-end", { ...names(id), reason: "deleted" })
      }
    },

    "chat.message": async (input, output) => {
      const id = input.sessionID
      const state = await of(id)
      const texts = output.parts.filter((part) => part.type === "text" && !part.synthetic)
      const prompt = texts.map((part) => part.text).join("\n")
      state.working = true
      // Our own words, coming back, are part of the turn they were said in.
      state.continuing = prompt.startsWith(MARK)
      if (state.continuing || parents.has(id)) return
      state.turn = output.message?.id ?? input.messageID
      state.agent = input.agent
      state.model = input.model
      const answer = await ask(here, "prompt", { ...names(id), turn: state.turn, prompt })
      if (answer.action === "context") state.context.push(answer.reason)
      const last = texts.at(-1)
      if (last && state.context.length) last.text += `\n\n${state.context.splice(0).join("\n\n")}`
    },

    "tool.execute.before": async (input, output) => {
      const state = await of(input.sessionID)
      state.working = true
      const tool = { id: input.callID, name: input.tool, input: output.args }
      const answer = await ask(here, "pre-tool", { ...names(input.sessionID), turn: state.turn, tool })
      if (answer.action === "deny") throw new Error(answer.reason)
    },

    "tool.execute.after": async (input, output) => {
      const state = await of(input.sessionID)
      const exit = output?.metadata?.exit
      const text = typeof output?.output === "string" ? output.output : ""
      const result = {
        ...(typeof exit === "number" && { exit }),
        output: text.length > MOST ? `${text.slice(0, MOST / 4)}\n[…]\n${text.slice(-MOST * 0.75)}` : text,
      }
      const tool = { id: input.callID, name: input.tool, input: input.args }
      await ask(here, "post-tool", { ...names(input.sessionID), turn: state.turn, tool, result })
    },
  }
}
