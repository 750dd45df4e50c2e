import { describe, expect, it } from 'vitest'
import { describeArrivals } from '../../../client/ui/messages/announcement.ts'
import { listWords } from '../../../client/ui/words/listing.ts'
import { findNameClashes } from '../../../client/ui/node/author-counts.ts'
import { badgeText } from '../../../client/ui/style/node-badge.ts'
import { pickHue } from '../../../client/ui/style/node-hue.ts'
import { nodeHref, pickPlace, upstreamHref } from '../../../client/ui/words/place.ts'
import { describeStatus } from '../../../client/ui/page/status-words.ts'
import { fakeEntry, fakeLink } from '../fake-network.ts'

const keyA = 'a'.repeat(43)
const keyB = 'b'.repeat(43)

describe('an address of another node', () => {
  it('keeps path, network and token, and drops the upstreams', () => {
    const page = 'http://localhost:3000/app/?id=node3&peer=node2&net=class-7#token=open'
    expect(nodeHref(page, 'node1', page)).toBe('http://localhost:3000/app/?id=node1&net=class-7#token=open')
    expect(nodeHref('?peer=node2@key', 'node1', page)).toBe('http://localhost:3000/app/?id=node1')
  })

  it('with another upstream keeps the other upstreams, but not the key of the replaced one', () => {
    const page = 'http://localhost:3000/?id=node3&peer=Node2@key,%20node1&net=class-7'
    expect(upstreamHref(page, 'Node2', 'node2')).toBe(
      'http://localhost:3000/?id=node3&net=class-7&peer=node2&peer=node1',
    )
  })
})

describe('the place', () => {
  it.each(['localhost', 'grape.localhost', '127.0.0.1', '[::1]'])('is this machine: %s', (hostname) => {
    expect(pickPlace(hostname)).toBe('this-machine')
  })

  it.each(['192.168.1.7', 'school.example', 'localhost.example', '127.example'])('is elsewhere: %s', (hostname) => {
    expect(pickPlace(hostname)).toBe('elsewhere')
  })
})

describe('the status', () => {
  const up = fakeLink('node1')

  it('says how many links there are, or for which node it waits', () => {
    expect(describeStatus({ status: 'online' }, [up], []).detail).toBe('linked to 1 node')
    expect(describeStatus({ status: 'online' }, [{ ...up, state: 'waiting' }], []).detail).toBe('waiting for node1')
    expect(describeStatus({ status: 'online' }, [], []).detail).toBe('no links yet')
  })

  it('says that links still work without the server', () => {
    const { word, detail } = describeStatus({ status: 'offline', reason: 'server-unreachable' }, [up], [])
    expect([word, detail]).toEqual(['Offline', 'no server; 1 link still works'])
  })

  it('is an error without a node only if the address is invalid', () => {
    expect(describeStatus(undefined, [], []).status).toBe('starting')
    expect(describeStatus(undefined, [], [{ severity: 'error', kind: 'bad-name', value: '!' }]).status).toBe('error')
  })
})

describe('names with two keys', () => {
  it('are found from the node itself, its links and its messages', () => {
    const self = { name: 'node1', peerId: keyA }
    const link = fakeLink('node2', { peerId: keyA })
    expect(findNameClashes(self, [link], [{ author: 'node2', peerId: keyA }])).toEqual(new Set())
    expect(findNameClashes(self, [link], [{ author: 'node2', peerId: keyB }])).toEqual(new Set(['node2']))
    expect(findNameClashes(self, [], [{ author: 'node1', peerId: keyB }])).toEqual(new Set(['node1']))
  })

  it('are not found before this node knows its own key', () => {
    expect(findNameClashes({ name: 'node1', peerId: '' }, [], [{ author: 'node1', peerId: keyA }])).toEqual(new Set())
  })
})

describe('an announcement', () => {
  it('contains the text of one message, or the count of several', () => {
    expect(describeArrivals({ count: 1, newest: fakeEntry({ author: 'alice' }) })).toBe('alice: hello')
    expect(describeArrivals({ count: 2, newest: fakeEntry({ author: 'bob', body: 'hi' }) })).toBe(
      '2 new messages, the newest from bob: hi',
    )
  })
})

describe('small words and colours', () => {
  it('list up to three names, then count', () => {
    expect(listWords(['a'])).toBe('a')
    expect(listWords(['a', 'b', 'c'])).toBe('a, b and c')
    expect(listWords(['a', 'b', 'c', 'd'])).toBe('a, b and 2 more')
  })

  it.each(['node', 'ring-12-', 'student_'])('give twelve different colours to the names %s1, 2, 3 …', (stem) => {
    const hues = Array.from({ length: 12 }, (_, index) => pickHue(`${stem}${index + 1}`))
    expect(new Set(hues).size).toBe(12)
    expect(pickHue(`${stem}1`)).toBe(hues[0])
  })

  it.each([
    ['ring-12-7', '7'],
    ['random-60-7-12', '12'],
    ['node1', '1'],
    ['alice', 'A'],
    ['bob_the-builder', 'BT'],
    ['x2026', 'X'],
    ['-', ''],
  ])('mark %s with %s', (name, badge) => {
    expect(badgeText(name)).toBe(badge)
  })
})
