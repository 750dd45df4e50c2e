import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { IceConfiguration } from '../../../client/links/attempts/peer-connection.ts'
import { inThisThread } from '../../../client/links/webrtc/channel-carrier.ts'
import { SimplePeerConnection } from '../../../client/links/webrtc/simple-peer-connection.ts'

const carrier = inThisThread(() => () => {})

/** A browser that has no more connections for this page. */
const exhausted = function (): never {
  throw new DOMException('Cannot create so many PeerConnections', 'UnknownError')
}

describe('a connection that the browser does not make', () => {
  it.each([true, false])('throws at once; initiator: %s', async (initiator) => {
    vi.stubGlobal('RTCPeerConnection', exhausted)
    vi.stubGlobal('RTCSessionDescription', exhausted)
    vi.stubGlobal('RTCIceCandidate', exhausted)
    onTestFinished(() => void vi.unstubAllGlobals())
    expect(() => new SimplePeerConnection(initiator, { iceServers: [], iceTransportPolicy: 'all' }, carrier)).toThrow(
      'the browser makes no connection',
    )
    // simple-peer's own events come later; nobody to hear them would end the process.
    await new Promise((resolve) => setImmediate(resolve))
  })
})

describe('a connection', () => {
  it.each<IceConfiguration>([
    { iceServers: [], iceTransportPolicy: 'all' },
    {
      iceServers: [{ urls: ['turn:turn.example.org'], username: 'u', credential: 'c' }],
      iceTransportPolicy: 'relay',
    },
  ])('asks the servers that it is given, and no others: %j', async (configuration) => {
    const seen: unknown[] = []
    const record = function (made: unknown): never {
      seen.push(made)
      return exhausted()
    }
    vi.stubGlobal('RTCPeerConnection', record)
    vi.stubGlobal('RTCSessionDescription', exhausted)
    vi.stubGlobal('RTCIceCandidate', exhausted)
    onTestFinished(() => void vi.unstubAllGlobals())
    expect(() => new SimplePeerConnection(true, configuration, carrier)).toThrow()
    await new Promise((resolve) => setImmediate(resolve))
    expect(seen).toEqual([expect.objectContaining(configuration)])
  })
})
