import { sign } from 'node:crypto'
import { once } from 'node:events'
import { type RequestListener, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'
import { onTestFinished, vi } from 'vitest'
import type { PeerId } from '../../../client/gossip/wire/peer-id.ts'
import { type NetworkLimits, networkLimits } from '../../../client/links/shared/limits.ts'
import { SocketSignalling } from '../../../client/links/signalling/socket-signalling.ts'
import type { Key } from '../../machine/ed25519-key.ts'
import { realTimers } from '../../machine/real-timers.ts'
import { fakePeerId } from '../../simulation/node/fake-signatures.ts'
import type { SignallingState } from '../../../client/node/shared/node-ports.ts'
import type { ServerContact } from '../../../client/node/api/server-contact.ts'

/** An HTTP server on a free port, closed after the test. */
export const listen = async (handle: RequestListener = (_, response) => void response.writeHead(404).end()) => {
  const server = createServer(handle)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { server, port: (server.address() as AddressInfo).port }
}

/** Signalling over a real socket to that port, and all that it reports. */
export const connect = (port: number, limits: Partial<NetworkLimits> = {}, key?: Key, timers = realTimers) => {
  const iceServers: unknown[] = []
  const states: SignallingState[] = []
  const contacts: ServerContact[] = []
  const divisions: boolean[] = []
  const signalling = new SocketSignalling({
    folder: `http://127.0.0.1:${port}/`,
    pageOrigin: undefined,
    net: 'main',
    name: 'node1',
    peerId: key ? (key.peerId as PeerId) : fakePeerId(1),
    upstreams: [],
    build: 'build-2',
    token: undefined,
    sign: async (message) => (key ? new Uint8Array(sign(null, message, key.privateKey)) : new Uint8Array(64)),
    timers,
    limits: { ...networkLimits, ...limits },
    random: () => 0.5,
  })
  onTestFinished(() => signalling.stop())
  signalling.start({
    state: (state) => void states.push(state),
    contact: (contact) => void contacts.push(contact),
    iceServers: (granted) => void iceServers.push(granted),
    signal: () => {},
    upstreamOnline: () => {},
    upstreamSimilar: () => {},
    divided: (isDivided) => void divisions.push(isDivided),
    dropped: () => {},
  })
  const firstState = (): Promise<SignallingState> => vi.waitUntil(() => states[0])
  return { states, firstState, contacts, iceServers, divisions, signalling }
}

/** A Socket.IO server that acknowledges each event with the answer under its name. */
export const listenIo = async (answers: Readonly<Record<string, unknown>> = {}) => {
  const { server, port } = await listen()
  const io = new Server(server)
  onTestFinished(() => io.close())
  io.on('connection', (socket) => {
    socket.onAny((event: string, _payload: unknown, acknowledge: (answer: unknown) => void) => {
      acknowledge(answers[event])
    })
  })
  return { io, port }
}

export const listenWithAnswers = async (answers: Readonly<Record<string, unknown>>): Promise<number> =>
  (await listenIo(answers)).port

export const offline = (reason: string) => ({ status: 'offline', reason })
