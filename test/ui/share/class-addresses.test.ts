import { describe, expect, it } from 'vitest'
import { findSeat } from '../../../client/app/classroom/class-plan.ts'
import { parseAddress } from '../../../client/app/address/config.ts'
import { classHref, seatAddresses, seatAddressText } from '../../../client/ui/share/class-addresses.ts'
import { seatWords } from '../../../client/ui/share/class-words.ts'

const page = `http://school:3000/?peer=node1@${'A'.repeat(43)}&net=class-7`
const ring = { shape: 'ring', size: 12 } as const

describe('the addresses of a class', () => {
  it('keep the network, but no other part of the address of the tab that shows them', () => {
    expect(classHref(page, ring)).toBe('http://school:3000/?class=ring-12&net=class-7')
    expect(classHref('http://school:3000/', ring)).toBe('http://school:3000/?class=ring-12')
    expect(parseAddress(classHref(page, ring))).toMatchObject({ plan: ring, net: 'class-7', problems: [] })
  })

  it('are one for each seat, and each address leads to its seat', () => {
    const addresses = seatAddresses(page, ring)
    expect(addresses.map(({ seat }) => seat)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1))
    expect(addresses[11]).toEqual({
      seat: 12,
      label: 'Node 12 of 12 in this ring',
      href: 'http://school:3000/?id=ring-12-12&peer=ring-12-11&peer=ring-12-1&net=class-7',
    })
    for (const { seat, href } of addresses) {
      const address = parseAddress(href)
      if (!address.isValid || !address.name) throw new Error(href)
      const names = address.upstreams.map(({ name }) => name)
      expect(findSeat(address.name, names)).toEqual({ plan: ring, seat })
    }
  })

  it('are written as one line of text each', () => {
    const lines = seatAddressText(seatAddresses(page, { shape: 'mesh', size: 3 })).split('\n')
    expect(lines).toHaveLength(3)
    expect(lines[0]).toBe('Node 1 of 3 in this full mesh: http://school:3000/?id=mesh-3-1&net=class-7')
  })
})

describe('a seat in words', () => {
  it('names its number, its shape and its class’s size', () => {
    expect(seatWords({ plan: ring, seat: 7 })).toBe('You are node 7 of this ring of 12.')
    expect(seatWords({ plan: { shape: 'star', size: 30 }, seat: 1 })).toBe(
      'You are node 1, the centre, of this star of 30.',
    )
    expect(seatWords({ plan: { shape: 'random', size: 20, seed: 3 }, seat: 2 })).toBe(
      'You are node 2 of this random network of 20.',
    )
  })
})
