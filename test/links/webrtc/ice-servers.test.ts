import { describe, expect, it } from 'vitest'
import type { IceServer } from '../../../signal-server/shared/protocol.ts'
import { countIceServers, createIceServerPicker } from '../../../client/links/webrtc/ice-servers.ts'

/** A browser that refuses every list in which such a url is. */
const browserWithout = (...refused: string[]) => {
  const asked: (readonly IceServer[])[] = []
  const pick = createIceServerPicker(() => ({
    accepts: (servers) => {
      asked.push(servers)
      return !servers.some(({ urls }) => urls.some((url) => refused.includes(url)))
    },
    end: () => asked.push([]),
  }))
  return { pick, asked }
}

const stun = { urls: ['stun:stun.example'] }
const turnOf = (credential: string, ...urls: string[]) => ({ urls, username: 'a', credential })

describe('the servers that a tab is handed', () => {
  it('are used unchanged if the browser accepts them, after one question', () => {
    const { pick, asked } = browserWithout()
    const turn = turnOf('first', 'turn:turn.example')
    expect(pick([stun, turn])).toEqual({ servers: [stun, turn], leftOut: [] })
    expect(asked).toEqual([[stun, turn], []])
    const renewed = turnOf('second', 'turn:turn.example')
    expect(pick([stun, renewed])).toEqual({ servers: [stun, renewed], leftOut: [] })
    expect(asked).toHaveLength(2)
  })

  it('are used without the urls that the browser refuses, which are named', () => {
    const { pick } = browserWithout('stun:127.0.0.1:99999', 'turn:a:hunter2@turn.example')
    const turn = turnOf('first', 'turn:a:hunter2@turn.example', 'turn:turn.example')
    const rest = { leftOut: ['stun:127.0.0.1:99999', 'turn:…@turn.example'] }
    const bad = { urls: ['stun:127.0.0.1:99999'] }
    expect(pick([bad, turn, stun])).toEqual({ servers: [turnOf('first', 'turn:turn.example'), stun], ...rest })
    const renewed = turnOf('second', ...turn.urls)
    expect(pick([bad, renewed, stun])).toEqual({ servers: [turnOf('second', 'turn:turn.example'), stun], ...rest })
  })

  it('are used without malformed entries and without those beyond the limit', () => {
    const { pick } = browserWithout()
    const many = Array.from({ length: 8 }, () => stun)
    expect(pick([7, stun, { urls: [] }, { urls: 'stun:stun.example' }])).toEqual({
      servers: [stun],
      leftOut: [1, 3, 4].map((entry) => `entry ${entry} of the server’s list`),
    })
    expect(pick([...many, stun])).toEqual({ servers: many, leftOut: ['all after entry 8 of the server’s list'] })
    expect(pick({ urls: [] })).toEqual({ servers: [], leftOut: ['the server’s whole list'] })
    expect(pick(undefined)).toEqual({ servers: [], leftOut: [] })
  })

  it("are parsed: other fields of the server's list are dropped", () => {
    const turn = turnOf('c', 'turn:turn.example')
    expect(browserWithout().pick([{ ...turn, credentialType: 'oauth' }]).servers).toEqual([turn])
  })

  it('are counted by kind', () => {
    expect(countIceServers({ servers: [], leftOut: [] })).toEqual({ stun: 0, turn: 0, leftOut: [] })
    const servers = [stun, turnOf('b', 'turn:turn.example', 'turns:turn.example'), turnOf('b', 'STUNS:a', 'turn:a')]
    expect(countIceServers({ servers, leftOut: [] })).toEqual({ stun: 2, turn: 2, leftOut: [] })
  })
})
