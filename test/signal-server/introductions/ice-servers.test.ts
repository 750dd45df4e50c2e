import { describe, expect, it } from 'vitest'
import { IceServers, turnCredential } from '../../../signal-server/introductions/ice-servers.ts'
import { protocolLimits } from '../../../signal-server/shared/protocol.ts'
import { openNode, openTab, refused, startSignalling } from '../tab.ts'

const stun = { urls: ['stun:stun.example.org:3478'] }
const turn = { urls: ['turn:turn.example.org'], secret: 'north', ttlSeconds: 3_600 }

/**
 * The credential at 1,700,000,000 s. It was computed by this command:
 * printf '1700003600:node1' | openssl dgst -sha1 -hmac north -binary | base64
 */
const granted = {
  iceServers: [
    stun,
    { urls: ['turn:turn.example.org'], username: '1700003600:node1', credential: '0VaGEWJEES0C/qLaXGddKjtdvfU=' },
  ],
  iceLifeMs: 3_600_000,
}

describe('a TURN credential', () => {
  it('is what coturn computes from the same secret', () => {
    expect(turnCredential('north', 1_700_003_600, 'node1')).toEqual({
      username: '1700003600:node1',
      credential: '0VaGEWJEES0C/qLaXGddKjtdvfU=',
    })
  })

  it('expires at a whole second, and not after its announced end', () => {
    const servers = new IceServers({ iceServers: [stun], turn, wallClock: () => 1_700_000_000_999 })
    expect(servers.grant('node1')).toEqual(granted)
  })

  it('is absent without a TURN server, and then nothing expires', () => {
    const wallClock = () => 0
    expect(new IceServers({ iceServers: [stun], turn: undefined, wallClock }).grant('node1')).toEqual({
      iceServers: [stun],
    })
    expect(new IceServers({ iceServers: [], turn: undefined, wallClock }).grant('node1')).toEqual({})
  })
})

describe('ice:renew', () => {
  const start = async () => {
    let wallClock = 1_700_000_000_000
    const { port } = await startSignalling({ iceServers: [stun], turn, now: () => 0, wallClock: () => wallClock })
    return { port, pass: (ms: number) => (wallClock += ms) }
  }

  it('gives the servers of the registration with a new lifetime', async () => {
    const { port, pass } = await start()
    const node1 = await openTab(port)
    expect(await node1.register('node1')).toEqual({ ok: true, ...granted })
    pass(1_800_000)
    const { username, credential } = turnCredential('north', 1_700_005_400, 'node1')
    expect(await node1.request('ice:renew', {})).toEqual({
      ok: true,
      iceServers: [stun, { urls: turn.urls, username, credential }],
      iceLifeMs: 3_600_000,
    })
  })

  it('gives nothing to tabs that are not registered or were refused', async () => {
    const { port } = await start()
    await openNode(port, 'node1')
    const stranger = await openTab(port)
    expect(await stranger.request('ice:renew', {})).toEqual(refused('unregistered'))
    expect(await stranger.register('node1')).toEqual(refused('name-taken'))
    expect(await stranger.request('ice:renew', {})).toEqual(refused('unregistered'))
  })

  it('refuses malformed requests, and too many requests', async () => {
    const { port } = await start()
    const node1 = await openNode(port, 'node1')
    expect(await node1.request('ice:renew', 'please')).toEqual(refused('malformed'))
    for (let asked = 1; asked < 4; asked += 1) expect((await node1.request('ice:renew', {})).ok).toBe(true)
    expect(await node1.request('ice:renew', {})).toEqual(refused('too-many-requests'))
    expect(node1.socket.connected).toBe(true)
  })

  it('is granted, and gives nothing, if no server is configured', async () => {
    const { port } = await startSignalling()
    const node1 = await openNode(port, 'node1')
    expect(await node1.request('ice:renew', {})).toEqual({ ok: true })
  })
})

describe('the largest grant', () => {
  it('fits many times into the unsent data that a tab may have', () => {
    const { iceServers, urlsPerIceServer, iceUrlChars, iceCredentialBytes } = protocolLimits
    const chars = iceServers * (urlsPerIceServer * iceUrlChars + 2 * iceCredentialBytes)
    expect(chars).toBeLessThan(protocolLimits.messageBytes)
  })
})
