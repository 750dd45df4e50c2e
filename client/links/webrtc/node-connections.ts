import type * as NodeDataChannel from 'node-datachannel'
import type * as Polyfill from 'node-datachannel/polyfill'
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

/**
 * WebRTC connections in Node.js, by simple-peer over `node-datachannel`, an optional peer dependency. Its threads keep no
 * process alive once all connections have ended. Rejects with a `WebRtcMissing` that says what to install.
 */
export const loadNodeConnections = async (): Promise<CreateConnections> => {
  const library = await loadLibrary()
  library.native.setSctpSettings({ sendBufferSize: sendBufferBytes })
  // Its types differ from the browser's in events that simple-peer does not use.
  const wrtc = { ...library.polyfill, RTCPeerConnection: createConnectionClass(library) } as unknown as WebRtc
  return (carrier) => ({
    create: (initiator, configuration) => new SimplePeerConnection(initiator, configuration, carrier, wrtc),
    pickIceServers: createIceServerPicker(() => checkBy(wrtc.RTCPeerConnection)),
    connectionsInLife: Infinity,
  })
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

/** The library's RTCPeerConnection, with what simple-peer and browsers' nodes expect of it. */
const createConnectionClass = ({ native, polyfill }: Library) =>
  class extends polyfill.RTCPeerConnection {
    constructor({ iceServers = [], iceTransportPolicy = 'all' }: RTCConfiguration) {
      const connection = new native.PeerConnection('grapevine', {
        iceServers: iceServers.flatMap(toUrls),
        iceTransportPolicy,
      })
      const createDataChannel = connection.createDataChannel.bind(connection)
      replace(connection, 'createDataChannel', (...args) => hearAllMessages(createDataChannel(...args)))
      const onDataChannel = connection.onDataChannel.bind(connection)
      replace(connection, 'onDataChannel', (callback) => onDataChannel((channel) => callback(hearAllMessages(channel))))
      super({ iceServers, iceTransportPolicy, peerConnection: connection })
    }

    /** A plain object: simple-peer assigns to its `sdp`. */
    override async createOffer(): Promise<RTCSessionDescriptionInit> {
      return plain((await super.createOffer()) as RTCSessionDescriptionInit)
    }

    override async createAnswer(): Promise<RTCSessionDescriptionInit> {
      return plain((await super.createAnswer()) as RTCSessionDescriptionInit)
    }
  }

const plain = ({ type, sdp = '' }: RTCSessionDescriptionInit): RTCSessionDescriptionInit => ({ type, sdp })

/** The methods of the library's objects can't be assigned to. */
const replace = <Target extends object, Key extends keyof Target>(
  target: Target,
  key: Key,
  method: Target[Key],
): void => void Object.defineProperty(target, key, { value: method })

/**
 * The library's callbacks are called in the order in which they were set, if several wait; and the one for the close throws
 * away the messages that still wait. Its RTCDataChannel sets that one first, so that a bye which comes directly before the
 * close would be lost. Here it is set last.
 */
const hearAllMessages = (channel: NodeDataChannel.DataChannel): NodeDataChannel.DataChannel => {
  const onClosed = channel.onClosed.bind(channel)
  const onMessage = channel.onMessage.bind(channel)
  let closed: () => void = () => {}
  replace(channel, 'onClosed', (callback) => {
    closed = callback
  })
  replace(channel, 'onMessage', (callback) => {
    onMessage(callback)
    onClosed(closed)
  })
  return channel
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
