import type * as NodeDataChannel from 'node-datachannel'
import type * as Polyfill from 'node-datachannel/polyfill'
import { abortCause } from './gossip-channel.ts'
import { createIceServerPicker } from './ice-servers.ts'
import type { CreateConnections } from './simple-peer-connections.ts'
import { SimplePeerConnection, type WebRtc } from './simple-peer-connection.ts'
import type { IceCheck } from './ice-check.ts'

/** The package that gives Node.js its WebRTC is not installed, or has no program for this machine. */
export class WebRtcMissing extends Error {}

interface Library {
  readonly native: typeof NodeDataChannel
  readonly polyfill: typeof Polyfill
}

/**
 * Bytes of a link that SCTP takes before `bufferedAmount` counts. The library's default is 1 MiB, a whole send window: then a
 * link would always look drained. It raises this to the size of the largest message, 256 KiB.
 */
const sendBufferBytes = 65_536

/** Milliseconds for the library's threads to send what a connection had before it was closed. They report no end of it. */
const sendWithinMs = 200

/** Milliseconds from a connection's end until its channels count as closed: the last messages are on their way to this thread. */
const lastMessagesMs = 50

export interface NodeConnections {
  /** The port for `createNode`. */
  readonly connections: CreateConnections
  /**
   * Resolves when the last data of all connections, which the nodes have closed, is sent. For a process that exits after its
   * node has stopped: otherwise the byes may be lost. (The library's own `cleanup()` can crash the process here.)
   */
  ended(): Promise<void>
}

/**
 * WebRTC connections in Node.js, by simple-peer over `node-datachannel`, an optional peer dependency. Its threads keep no
 * process alive once all connections have ended. Rejects with a `WebRtcMissing` that says what to install.
 */
export const loadNodeConnections = async (): Promise<NodeConnections> => {
  const library = await loadLibrary()
  library.native.setSctpSettings({ sendBufferSize: sendBufferBytes })
  // Its types differ from the browser's in events that simple-peer does not use.
  const wrtc = { ...library.polyfill, RTCPeerConnection: createConnectionClass(library) } as unknown as WebRtc
  return {
    connections: (carrier) => ({
      create: (initiator, configuration) => new SimplePeerConnection(initiator, configuration, carrier, wrtc),
      pickIceServers: createIceServerPicker(() => checkBy(wrtc.RTCPeerConnection)),
      connectionsInLife: Infinity,
    }),
    ended: () => new Promise((resolve) => setTimeout(resolve, sendWithinMs)),
  }
}

const loadLibrary = async (): Promise<Library> => {
  try {
    const [native, polyfill] = await Promise.all([import('node-datachannel'), import('node-datachannel/polyfill')])
    return { native, polyfill }
  } catch (error) {
    const { code, message } = error as Error & { readonly code?: string }
    const isMissing = code === 'ERR_MODULE_NOT_FOUND'
    throw new WebRtcMissing(
      isMissing
        ? 'Node.js has no WebRTC of its own. Install it beside Grapevine: npm install node-datachannel'
        : `node-datachannel is installed and does not load: ${message} Install it again, with its optional dependencies: npm install node-datachannel`,
      { cause: error },
    )
  }
}

/**
 * The library's RTCPeerConnection, with what simple-peer and a node expect of it.
 *  1. Offer and answer are plain objects: simple-peer assigns to their `sdp`.
 *  2. The library has a queue for each callback, and these are not in order. Worse, its callback for a channel's close throws
 *     away the messages of that channel that still wait. So it is never set: channels close some time after their connection. A
 *     channel that closes alone is noticed by its silence.
 *  3. It does not report that the other side aborted, which often overtakes the bye of a closed tab. A connection that
 *     ends before ICE has failed was ended by the other side, and its channels report the abort, as a browser's do.
 */
const createConnectionClass = ({ native, polyfill }: Library) =>
  class extends polyfill.RTCPeerConnection {
    readonly #channels = new Set<EventTarget>()

    constructor({ iceServers = [], iceTransportPolicy = 'all' }: RTCConfiguration) {
      const connection = new native.PeerConnection('grapevine', {
        iceServers: iceServers.flatMap(toUrls),
        iceTransportPolicy,
      })
      closeChannelsLast(connection, (isAborted) => {
        if (isAborted) for (const channel of this.#channels) channel.dispatchEvent(abortEvent())
      })
      super({ iceServers, iceTransportPolicy, peerConnection: connection })
      this.addEventListener('datachannel', (event) => this.#channels.add((event as RTCDataChannelEvent).channel))
    }

    override createDataChannel(label: string, options?: RTCDataChannelInit) {
      const channel = super.createDataChannel(label, options)
      this.#channels.add(channel)
      return channel
    }

    override async createOffer(): Promise<RTCSessionDescriptionInit> {
      return plain((await super.createOffer()) as RTCSessionDescriptionInit)
    }

    override async createAnswer(): Promise<RTCSessionDescriptionInit> {
      return plain((await super.createAnswer()) as RTCSessionDescriptionInit)
    }
  }

/** What Chromium reports of a channel when the other side aborts. */
const abortEvent = (): Event => {
  const error = Object.assign(new Error('the other side has ended the connection'), { sctpCauseCode: abortCause })
  return Object.assign(new Event('error'), { error })
}

const plain = ({ type, sdp = '' }: RTCSessionDescriptionInit): RTCSessionDescriptionInit => ({ type, sdp })

/** The methods of the library's objects can't be assigned to. */
const replace = <Target extends object, Key extends keyof Target>(
  target: Target,
  key: Key,
  method: Target[Key],
): void => void Object.defineProperty(target, key, { value: method })

/** `ended`: called after the last messages, and before the channels close. */
const closeChannelsLast = (connection: NodeDataChannel.PeerConnection, ended: (isAborted: boolean) => void): void => {
  const closed = new Set<() => void>()
  const withoutClose = (channel: NodeDataChannel.DataChannel): NodeDataChannel.DataChannel => {
    replace(channel, 'onClosed', (callback) => void closed.add(callback))
    return channel
  }
  const createDataChannel = connection.createDataChannel.bind(connection)
  replace(connection, 'createDataChannel', (...args) => withoutClose(createDataChannel(...args)))
  const onDataChannel = connection.onDataChannel.bind(connection)
  replace(connection, 'onDataChannel', (callback) => onDataChannel((channel) => callback(withoutClose(channel))))
  const onStateChange = connection.onStateChange.bind(connection)
  let hasFailed = false
  replace(connection, 'onStateChange', (callback) =>
    onStateChange((state) => {
      hasFailed ||= state === 'failed'
      callback(state)
      if (state !== 'closed' && state !== 'failed') return
      setTimeout(() => {
        ended(!hasFailed)
        for (const close of closed) close()
        closed.clear()
      }, lastMessagesMs)
    }),
  )
}

/** The library takes user and password as a part of the url, where a coturn user such as `1700000000:node1` would be cut. */
const toUrls = ({ urls, username, credential }: RTCIceServer): readonly string[] =>
  [urls].flat().map((url) => {
    if (!username || !credential) return url
    const [scheme = '', ...rest] = url.split(':')
    return `${scheme}:${encodeURIComponent(username)}:${encodeURIComponent(credential)}@${rest.join(':')}`
  })

const checkBy = (Connection: new (configuration: RTCConfiguration) => RTCPeerConnection): IceCheck => ({
  accepts: (servers) => {
    try {
      new Connection({ iceServers: servers.map((server) => ({ ...server })) }).close()
      return true
    } catch {
      // The library throws errors of several kinds for urls that it does not know.
      return false
    }
  },
  end: () => {},
})
