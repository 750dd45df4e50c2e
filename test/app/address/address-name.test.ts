import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alternativeName, generateName } from '../../../client/app/address/address-name.ts'
import { type NodeName, parseNodeName } from '../../../client/gossip/wire/node-name.ts'

/** Picks by a fixed sequence of numbers in [0, 1). */
const pickFrom = (numbers: readonly number[]) => {
  let index = 0
  return (max: number): number => {
    const number = numbers[index % numbers.length] ?? 0
    index += 1
    return Math.floor(number * max)
  }
}

const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const fractions = fc.array(fraction, { minLength: 1, maxLength: 6 })
const nodeName = fc.stringMatching(/^[A-Za-z0-9_-]{1,32}$/) as unknown as fc.Arbitrary<NodeName>

describe('generateName', () => {
  it('gives two words and a number', () => {
    expect(generateName(pickFrom([0]))).toBe('agile-badger-10')
    expect(generateName(pickFrom([0.9999]))).toBe('snug-wren-99')
  })

  it('always gives a valid name', () => {
    fc.assert(
      fc.property(fractions, (numbers) => {
        const name = generateName(pickFrom(numbers))
        expect(parseNodeName(name)).toBe(name)
        expect(name).toMatch(/^[a-z]+-[a-z]+-\d\d$/)
      }),
    )
  })

  it('has 368,640 names, so that a class rarely gets one twice', () => {
    const options: number[] = []
    generateName((max) => {
      options.push(max)
      return 0
    })
    expect(options.reduce((product, count) => product * count, 1)).toBe(368_640)
  })
})

describe('alternativeName', () => {
  const node1 = 'node1' as NodeName

  it('adds three characters', () => {
    expect(alternativeName(node1, pickFrom([0]))).toBe('node1-a2a')
  })

  it('replaces those of an alternative', () => {
    expect(alternativeName(alternativeName(node1, pickFrom([0])), pickFrom([0.9999]))).toBe('node1-z9z')
  })

  it('shortens a long name to fit', () => {
    expect(alternativeName('n'.repeat(32) as NodeName, pickFrom([0]))).toBe(`${'n'.repeat(28)}-a2a`)
  })

  it('always gives a valid name', () => {
    fc.assert(
      fc.property(nodeName, fractions, (name, numbers) => {
        const alternative = alternativeName(name, pickFrom(numbers))
        expect(parseNodeName(alternative)).toBe(alternative)
      }),
    )
  })
})
