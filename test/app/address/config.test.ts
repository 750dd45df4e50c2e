import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressLimits, addressOf, parseAddress } from '../../../client/app/address/config.ts'
import { type PeerId, parsePeerId } from '../../../client/gossip/wire/peer-id.ts'
import type { Upstream } from '../../../client/node/api/upstream.ts'
import { nameOf } from '../../links/network-node.ts'
import { base, parse, parseValid } from './parsed-address.ts'

const key1 = 'A'.repeat(43)
const key2 = `${'B'.repeat(42)}A`

const upstreamsOf = (query: string): readonly string[] =>
  parseValid(query).upstreams.map(({ name, peerId }) => (peerId ? `${name}@${peerId}` : name))

describe('name and net', () => {
  it('are read from the address', () => {
    expect(parse('?id=node1&net=class-7')).toEqual({
      isValid: true,
      name: 'node1',
      net: 'class-7',
      upstreams: [],
      problems: [],
    })
  })

  it.each(['', '?', '?id=&net=', '?id=%20&net=+', '?other=&Id=#id='])(
    'are no name and the net main for %j',
    (query) => {
      expect(parse(query)).toEqual({ isValid: true, net: 'main', upstreams: [], problems: [] })
    },
  )

  it('may have blanks around them', () => {
    expect(parse('?id=+node1%20&net=%09class-7')).toMatchObject({ name: 'node1', net: 'class-7' })
  })

  it('may be given twice if they are the same', () => {
    expect(parse('?id=node1&id=node1&net=a&net=&net=a')).toMatchObject({ name: 'node1', net: 'a', problems: [] })
  })

  it.each([
    ['?id=node%201', 'bad-name', 'node 1'],
    ['?id=n%C3%B6de', 'bad-name', 'nöde'],
    [`?id=${'n'.repeat(33)}`, 'bad-name', 'n'.repeat(33)],
    ['?id=node1&id=node2', 'bad-name', 'node1, node2'],
    ['?net=class/7', 'bad-net', 'class/7'],
    ['?net=class%0A7', 'bad-net', 'class\n7'],
    ['?net=a&net=b', 'bad-net', 'a, b'],
  ])('make no node from %j', (query, kind, value) => {
    expect(parse(query)).toEqual({ isValid: false, problems: [{ severity: 'error', kind, value }] })
  })

  it('are both reported if both are bad', () => {
    expect(parse('?id=a.b&net=c.d').problems.map(({ kind }) => kind)).toEqual(['bad-name', 'bad-net'])
  })
})

describe('upstreams', () => {
  it.each([
    ['?peer=node1', ['node1']],
    ['?peer=node2&peer=node1', ['node2', 'node1']],
    ['?peer=node2,node1', ['node2', 'node1']],
    ['?peer=node2,%20node1%20&peer=+node0', ['node2', 'node1', 'node0']],
    ['?peer=', []],
    ['?peer=,%20,&peer=node1,', ['node1']],
    ['?peer=node1,node1&peer=node1', ['node1']],
    [`?peer=node1@${key1}`, [`node1@${key1}`]],
    [`?peer=node1%40${key1}`, [`node1@${key1}`]],
    [`?peer=node1@${key1},node2,node1`, [`node1@${key1}`, 'node2']],
    [`?peer=node1,node2,node1@${key1}`, [`node1@${key1}`, 'node2']],
  ])('of %j are %j', (query, expected) => {
    expect(upstreamsOf(query)).toEqual(expected)
    expect(parse(query).problems).toEqual([])
  })

  it.each([
    ['a bad name', 'no.de', 'bad-upstream'],
    ['a key too short', `node1@${key1.slice(1)}`, 'bad-upstream'],
    ['a key in a second spelling', `node1@${'A'.repeat(42)}B`, 'bad-upstream'],
    ['no key after @', 'node1@', 'bad-upstream'],
    ['no name before @', `@${key1}`, 'bad-upstream'],
    ['two keys', `node1@${key1}@key`, 'bad-upstream'],
    ['the node itself', 'self', 'self-upstream'],
    ['the node itself with a key', `self@${key1}`, 'self-upstream'],
  ])('warn of %s, and the rest works', (_what, value, kind) => {
    const { upstreams, problems } = parseValid(`?id=self&peer=${value},node9`)
    expect(problems).toEqual([{ severity: 'warning', kind, value }])
    expect(upstreams).toEqual([{ name: 'node9' }])
  })

  it('keep the first of two keys for one name, with a warning for the second', () => {
    const query = `?peer=node1@${key1},node1@${key2}`
    expect(upstreamsOf(query)).toEqual([`node1@${key1}`])
    expect(parse(query).problems).toEqual([{ severity: 'warning', kind: 'bad-upstream', value: `node1@${key2}` }])
  })

  it('are eight at most; one warning names the others', () => {
    const names = Array.from({ length: 10 }, (_, index) => `node${index}`)
    const { upstreams, problems } = parseValid(`?peer=${names.join(',')},node0`)
    expect(upstreams.map(({ name }) => name)).toEqual(names.slice(0, 8))
    expect(problems).toEqual([{ severity: 'warning', kind: 'too-many-upstreams', value: 'node8, node9', limit: 8 }])
  })

  it('let a ninth mention pin one of the eight', () => {
    const names = Array.from({ length: 8 }, (_, index) => `node${index}`)
    expect(upstreamsOf(`?peer=${names.join(',')},node7@${key1}`)[7]).toBe(`node7@${key1}`)
  })

  it('cause warnings even if the name is bad', () => {
    expect(parse('?id=a.b&peer=c.d').problems.map(({ kind }) => kind)).toEqual(['bad-name', 'bad-upstream'])
  })
})

describe('a class', () => {
  it('is read from the address, with its network', () => {
    expect(parse('?class=+ring-12&class=ring-12&net=class-7')).toEqual({
      isValid: true,
      net: 'class-7',
      upstreams: [],
      plan: { shape: 'ring', size: 12 },
      problems: [],
    })
    expect(parse('?class=')).toEqual({ isValid: true, net: 'main', upstreams: [], problems: [] })
  })

  it.each([
    ['?class=ring-61', 'ring-61'],
    ['?class=ring-12&class=ring-13', 'ring-12, ring-13'],
    ['?id=node1&class=torus-4', 'torus-4'],
  ])('makes no node from %s', (query, value) => {
    expect(parse(query)).toEqual({ isValid: false, problems: [{ severity: 'error', kind: 'bad-class', value }] })
  })

  it.each(['?id=node1&class=ring-12', '?peer=node1&class=ring-12'])('is left out, with a warning, in %s', (query) => {
    const address = parseValid(query)
    expect(address.plan).toBeUndefined()
    expect(address.problems).toEqual([{ severity: 'warning', kind: 'class-left-out', value: 'ring-12' }])
  })

  it('is read as it is written', () => {
    const href = addressOf(base, { net: nameOf('class-7'), plan: { shape: 'random', size: 20, seed: 7 } })
    expect(href).toBe(`${base}?class=random-20-7&net=class-7`)
    expect(parseAddress(href)).toMatchObject({ plan: { shape: 'random', size: 20, seed: 7 }, problems: [] })
  })
})

describe('problems', () => {
  it('are bounded in number', () => {
    const bad = Array.from({ length: 1_000 }, (_, index) => `b.${index}`)
    expect(parse(`?peer=${bad.join(',')}`).problems).toHaveLength(addressLimits.problems)
    expect(parse(`?${bad.join('=1&')}=1`).problems).toHaveLength(addressLimits.problems)
  })

  it('show a bounded part of a long value', () => {
    const [problem] = parse(`?id=${'n'.repeat(10_000)}`).problems
    expect(problem?.value).toHaveLength(addressLimits.shownChars)
  })
})

describe('addressOf', () => {
  const peerIdOf = (bytes: Uint8Array): PeerId => {
    const peerId = parsePeerId(Buffer.from(bytes).toString('base64url'))
    if (!peerId) throw new Error('not a PeerId')
    return peerId
  }

  it('makes the addresses of the manual', () => {
    const [net, other, node1, node2] = [nameOf('main'), nameOf('class-7'), nameOf('node1'), nameOf('node2')]
    const peerId = peerIdOf(new Uint8Array(32))
    expect(addressOf('/', { net, upstreams: [] })).toBe('/')
    expect(addressOf('/', { name: node1, net, upstreams: [] })).toBe('/?id=node1')
    expect(addressOf('/', { name: node2, net, upstreams: [{ name: node1 }] })).toBe('/?id=node2&peer=node1')
    expect(addressOf(base, { net: other, upstreams: [{ name: node2 }, { name: node1, peerId }] })).toBe(
      `${base}?peer=node2&peer=node1@${key1}&net=class-7`,
    )
  })

  it('makes addresses that parseAddress parses to the same', () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,32}$/).map(nameOf)
    const peerId = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(peerIdOf)
    const upstream: fc.Arbitrary<Upstream> = fc.record({ name, peerId }, { requiredKeys: ['name'] })
    const address = fc.record(
      { name, net: name, upstreams: fc.uniqueArray(upstream, { selector: (item) => item.name, maxLength: 8 }) },
      { requiredKeys: ['net', 'upstreams'] },
    )
    fc.assert(
      fc.property(address, (parts) => {
        fc.pre(parts.upstreams.every((item) => item.name !== parts.name))
        const href = addressOf(base, parts)
        expect(parseAddress(href)).toEqual({ isValid: true, ...parts, problems: [] })
        expect(new URL(href).href).toBe(href)
      }),
    )
  })
})

describe('parseAddress', () => {
  const anyText = fc.array(fc.nat(0xffff), { maxLength: 8 }).map((codes) => String.fromCharCode(...codes))

  it('accepts any query without throwing', () => {
    const part = fc.oneof(
      fc.constantFrom(
        'id=',
        'net=',
        'peer=',
        'class=',
        'ring-3',
        '&',
        ',',
        '@',
        '%',
        '+',
        '?',
        '#',
        ';',
        'ws://',
        'Id=',
      ),
      anyText,
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const address = parse(`?${parts.join('')}`)
        if (!address.isValid) expect(address.problems.some(({ severity }) => severity === 'error')).toBe(true)
        if (address.corrected !== undefined) expect(parseAddress(address.corrected).isValid).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})
