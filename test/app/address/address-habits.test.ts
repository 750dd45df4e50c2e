import { describe, expect, it } from 'vitest'
import { base, parse, parseValid } from './parsed-address.ts'

describe('an address from habit', () => {
  it.each([
    ['?peers=node1', ['peers=', 'peer='], '?peer=node1'],
    ['?id=node2&peer[]=a&peer[]=b', ['peer[]=', 'peer='], '?id=node2&peer=a&peer=b'],
    ['?Peer=node1', ['Peer=', 'peer='], '?peer=node1'],
    ['?Id=node1', ['Id=', 'id='], '?id=node1'],
    ['?name=node1&peer=a', ['name=', 'id='], '?id=node1&peer=a'],
    ['?room=class-7', ['room=', 'net='], '?net=class-7'],
    ['?id=node2&amp;peer=a', ['&amp;peer=', '&peer='], '?id=node2&peer=a'],
    ['?peers=["a","b"]&net=x', ['peers=', 'peer='], '?peer=a&peer=b&net=x'],
    ['?id=node1&token=secret', ['token=', '#token='], '?id=node1#token=secret'],
    ['?Class=ring-3', ['Class=', 'class='], '?class=ring-3'],
  ] as const)('shows the right name, and what it means: %s', (query, [value, right], corrected) => {
    const address = parseValid(query)
    expect(address.problems).toEqual([{ severity: 'warning', kind: 'unread-parameter', value, right }])
    expect(address.corrected).toBe(`${base}${corrected}`)
  })

  it('may be behind “#”, where only a token is read', () => {
    const { problems, corrected, name } = parseValid('#?id=node1&peer=node2')
    expect(name).toBeUndefined()
    expect(problems.map(({ value }) => value)).toEqual(['#id=', '#peer='])
    expect(corrected).toBe(`${base}?id=node1&peer=node2`)
    expect(parse('?id=node1#token=secret').problems).toEqual([])
    expect(parse('?id=node1#messages').problems).toEqual([])
  })

  it.each([
    ['?id=b?peer=a', 'bad-name', '?id=b&peer=a'],
    ['?id=b;peer=a', 'bad-name', '?id=b&peer=a'],
    ['?id=%22b%22', 'bad-name', '?id=b'],
    ['?id=b&net=x?peer=a', 'bad-net', '?id=b&peer=a&net=x'],
    ['?peer=node1;node2', 'upstream-separator', '?peer=node1&peer=node2'],
    ['?peer=node1+node2,node3', 'upstream-separator', '?peer=node1&peer=node2&peer=node3'],
    ['?peer=http://localhost:3000/?id=node1', 'upstream-address', '?peer=node1'],
    ['?peer=%3Cnode1%3E', 'bad-upstream', '?peer=node1'],
  ])('shows once what is wrong with its value, and what it means: %s', (query, kind, corrected) => {
    expect(parse(query).problems.map((problem) => problem.kind)).toEqual([kind])
    expect(parse(query).corrected).toBe(`${base}${corrected}`)
  })

  it.each(['?peer=ws://localhost:6001', '?peer=localhost:6001', '?peer=[::1]:6001', '?peer=wss://a/b'])(
    'names a node, not where it listens: %s',
    (query) => {
      const [problem, ...others] = parse(query).problems
      expect(others).toEqual([])
      expect(problem).toMatchObject({ kind: 'upstream-address', value: query.slice('?peer='.length) })
      expect(parse(query).corrected).toBeUndefined()
    },
  )

  it('may name upstreams in the syntax of another program', () => {
    const { problems, corrected } = parseValid('?id=node3&PEERS=ws://localhost:6001,ws://localhost:6002')
    expect(problems.map(({ kind, value }) => [kind, value])).toEqual([
      ['unread-parameter', 'PEERS='],
      ['upstream-address', 'ws://localhost:6001'],
      ['upstream-address', 'ws://localhost:6002'],
    ])
    expect(corrected).toBeUndefined()
  })

  it('is reported without a guess if it means nothing here', () => {
    const { problems, corrected } = parseValid('?id=node1&HTTP_PORT=3001&name=node2')
    expect(problems).toEqual([
      { severity: 'warning', kind: 'unread-parameter', value: 'HTTP_PORT=' },
      { severity: 'warning', kind: 'unread-parameter', value: 'name=' },
    ])
    expect(corrected).toBeUndefined()
  })

  it('is not reported if mail programs, advertisements or caches have added it', () => {
    const added = 'utm_source=mail&utm_campaign=x&fbclid=1&gclid=2&msclkid=3&mc_cid=4&igshid=5&_ga=6&ref=7&_=8&1730=1'
    expect(parse(`?id=node1&${added}`)).toEqual({
      isValid: true,
      name: 'node1',
      net: 'main',
      upstreams: [],
      problems: [],
    })
  })
})
