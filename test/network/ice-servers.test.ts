import { expect, it } from 'vitest'
import { countIceServers } from '../../client/network/ice-servers.ts'

it('servers are counted by what they are for', () => {
  expect(countIceServers([])).toEqual({ stun: 0, turn: 0 })
  const servers = [
    { urls: ['stun:stun.example:3478'] },
    { urls: ['turn:turn.example', 'turns:turn.example'], username: 'a', credential: 'b' },
    { urls: ['STUNS:both.example', 'turn:both.example'] },
  ]
  expect(countIceServers(servers)).toEqual({ stun: 2, turn: 2 })
})
