/** `grapevine node`: a node without a browser, which keeps messages in files. */
import { loadNodeConnections, WebRtcMissing } from '../../links/webrtc/node-connections.ts'
import type { GrapevineNode, LinkState } from '../api/grapevine.ts'
import { NodeError } from '../api/node-error.ts'
import { createNode } from '../create/create-node.ts'
import { fileStorage } from '../create/file-storage.ts'
import { readCommand, type RunOptions, usage } from './command-options.ts'
import { errorLine, failureLine, linkLine, offlineLine, upLine } from './command-words.ts'

const print = (line: string): void => void process.stdout.write(`${line}\n`)
const complain = (line: string): void => void process.stderr.write(`${line}\n`)

/**
 * Runs the command with the arguments after its name, until a signal ends it. Resolves with the exit code: 0 after a signal, 2
 * for invalid arguments, 1 if the node can't run.
 */
export const run = async (args: readonly string[]): Promise<number> => {
  const request = readCommand(args, process.env)
  switch (request.type) {
    case 'help':
      print(usage(process.env))
      return 0
    case 'invalid':
      complain(request.message)
      return 2
    case 'run':
      return runNode(request.options)
  }
}

const runNode = async (options: RunOptions): Promise<number> => {
  try {
    const { folder, ...nodeOptions } = options
    const webrtc = await loadNodeConnections()
    const storage = fileStorage(folder, {
      failed: (error) => complain(failureLine(error, options)),
      recovered: () => print('all messages are stored again'),
      damaged: (bytes) =>
        complain(`${bytes} damaged bytes in ${folder} were left out; neighbours send what is missing`),
    })
    const code = await ended(createNode({ ...nodeOptions, connections: webrtc.connections, storage }), options)
    await webrtc.ended()
    return code
  } catch (error) {
    if (!(error instanceof NodeError) && !(error instanceof WebRtcMissing)) throw error
    complain(error.message)
    return error instanceof NodeError ? 2 : 1
  }
}

/** Resolves with the exit code when the node has stopped. */
const ended = (node: GrapevineNode, options: RunOptions): Promise<number> =>
  new Promise((resolve) => {
    const end = async (code: number): Promise<void> => {
      await node.stop()
      resolve(code)
    }
    reportLinks(node)
    reportStates(node, options, (code) => void end(code))
    node.on('storage', (trouble) => {
      if (trouble === 'key-replaced') complain(`the key in ${options.folder} can’t be read, so the node has a new one`)
      if (trouble === 'not-stored') complain('the key is in memory only: it ends with this process')
    })
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        print(`${signal}: says bye to its neighbours, and stops`)
        void end(0)
      })
    }
  })

const reportLinks = (node: GrapevineNode): void => {
  const states = new Map<string, LinkState>()
  node.on('link', (link) => {
    const line = linkLine(link, states.get(link.peer))
    if ('removed' in link) states.delete(link.peer)
    else states.set(link.peer, link.state)
    if (line !== undefined) print(line)
  })
}

const reportStates = (node: GrapevineNode, options: RunOptions, end: (code: number) => void): void => {
  let isUp = false
  let said = ''
  const once = (say: (line: string) => void, line: string): void => {
    if (line !== said) say(line)
    said = line
  }
  node.on('state', (state) => {
    if (state.status === 'starting') return
    if (state.status === 'error') {
      if (state.reason === 'stopped') return
      once(complain, errorLine(state, options))
      // Another key may give the name up; the node waits for that.
      return state.reason === 'name-taken' ? undefined : end(1)
    }
    if (!isUp) print(upLine(options, node.peerId, node.entries().length))
    isUp = true
    if (state.status === 'offline') once(complain, offlineLine(state, options))
    else if (said !== '') once(print, 'registered with the server again')
    if (state.status === 'online') said = ''
  })
}
