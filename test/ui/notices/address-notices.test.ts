import { describe, expect, it } from 'vitest'
import { describeStatus } from '../../../client/ui/page/status-words.ts'
import { notices, problems } from './notice-context.ts'
import type { AddressProblem } from '../../../client/app/address/address-problem.ts'

describe('the notices of an address', () => {
  it.each(Object.values(problems))('report $kind in the address', (problem) => {
    const [notice] = notices({ state: undefined, problems: [problem] })
    expect(notice?.severity).toBe(problem.severity)
    expect(notice?.title).toContain(problem.value)
    expect(notice?.actions.length).toBe(problem.kind === 'class-full' ? 2 : problem.severity === 'error' ? 1 : 0)
  })

  it('do not blame the address if a class is full', () => {
    expect(describeStatus(undefined, [], [problems['class-full']]).detail).toBe('the class is full')
    expect(describeStatus(undefined, [], [problems['class-full'], problems['bad-net']]).detail).toContain('an error')
  })

  it('link from an invalid address to its valid rest', () => {
    const [notice] = notices({ state: undefined, problems: [problems['bad-net']] })
    expect(notice?.actions).toMatchObject([{ kind: 'link', href: '/?peer=node1', newTab: false }])
  })

  it('offer the probably intended address once, and show it', () => {
    const open = { kind: 'link', label: 'Open id=b&peer=a', href: 'http://localhost/?id=b&peer=a', newTab: false }
    const correctedHref = open.href
    const [name, ...rest] = notices({
      state: undefined,
      problems: [problems['bad-name'], problems['unread-parameter'], problems['self-upstream']],
      correctedHref,
    })
    expect(name?.actions[0]).toEqual(open)
    expect(name?.actions).toHaveLength(2)
    expect(rest.flatMap(({ actions }) => actions)).toEqual([])
    expect(notices({ problems: [problems['unread-parameter']], correctedHref })[0]?.actions).toEqual([open])
    const long = `http://localhost/?id=b&peer=${'a'.repeat(500)}`
    expect(notices({ problems: [problems['bad-upstream']], correctedHref: long })[0]?.actions[0]?.label).toMatch(
      /^.{49}…$/,
    )
  })

  it('say what to write instead of parts that the page does not read', () => {
    const unread = (value: string, right?: string) =>
      ({ ...problems['unread-parameter'], value, right }) as AddressProblem
    const textOf = (...all: AddressProblem[]): string | undefined => notices({ problems: all })[0]?.text
    expect(textOf(problems['unread-parameter'])).toContain('Write “peer=” instead of “Peer=”.')
    expect(textOf(unread('#id=', 'id='), unread('#peer=', 'peer='))).toContain('Put “id=” and “peer=” after “?”')
    expect(textOf(unread('token=', '#token='))).toContain('Write “#token=” instead of “token=”.')
    expect(textOf(unread('HTTP_PORT='))).toContain('The parameters of an address are “id=”')
    expect(textOf(problems['upstream-address'])).toContain('Write the name of the other node: “peer=node1”')
    expect(textOf(problems['upstream-separator'])).toContain('Write “peer=node1,node2”')
  })

  it('group problems of one kind, and shorten long values', () => {
    const many = Array.from({ length: 50 }, (_, index) => ({
      ...problems['bad-upstream'],
      value: `${index} ${'x'.repeat(500)}`,
    }))
    const [notice, ...others] = notices({ problems: many })
    expect(others).toEqual([])
    expect(notice?.title).toContain('48 more')
    expect(notice?.title.length).toBeLessThan(160)
  })
})
