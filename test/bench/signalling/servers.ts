import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { findCommand } from '../../machine/find-command.ts'
import { MeasuredProcess } from '../../machine/measured-process.ts'

/** Our server, and the servers to which it is compared. */
export type ServerKind = 'grapevine' | 'socket.io-released' | 'socket.io' | 'ws' | 'peerjs'

/**
 * All servers run on this processor. Only one of them works at a time, and their clients run on the other processors.
 */
const processor = 0

const built = 'dist/server/main.js'

/** The server as `npm start` runs it, or a reference server, in a separate process. `port`: any free port if absent. */
export const startMeasured = (kind: ServerKind, port = 0): Promise<MeasuredProcess> => {
  if (kind !== 'grapevine') {
    return MeasuredProcess.start({ script: 'test/bench/signalling/reference-server.js', args: [kind], processor })
  }
  if (!existsSync(built)) throw new Error(`${built} is not there: run "npm run build" first`)
  // All clients of a benchmark have the same address.
  const environment = { PORT: String(port), MAX_SOCKETS_PER_ADDRESS: '8192' }
  return MeasuredProcess.start({ script: built, environment, processor })
}

/** Moves this process, which runs all clients, to a processor that the servers do not use, if there is one. */
export const keepClientsApart = (): void => {
  const taskset = findCommand('taskset')[0]
  const last = availableParallelism() - 1
  if (taskset && last > processor)
    execFileSync(taskset, ['-a', '-c', '-p', `${processor + 1}-${last}`, `${process.pid}`])
}
