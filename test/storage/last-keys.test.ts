import { describe, expect, it } from 'vitest'
import { createLastKeys } from '../../client/storage/last-keys.ts'
import { fakePeerId } from '../simulation/node/fake-signatures.ts'
import { MemoryStorage } from './memory-storage.ts'

describe('the last key of each name', () => {
  it('is known after the loss of the database', () => {
    const store = new MemoryStorage()
    const replace = (net: string, name: string, key: number) =>
      createLastKeys(() => store).replace(net, name, fakePeerId(key))
    expect(replace('main', 'node1', 1)).toBeUndefined()
    expect(replace('main', 'node1', 1)).toBe(fakePeerId(1))
    expect(replace('class-7', 'node1', 2)).toBeUndefined()
    expect(replace('main', 'node1', 3)).toBe(fakePeerId(1))
    expect(replace('main', 'node1', 3)).toBe(fakePeerId(3))
  })

  it('is remembered for a bounded number of names: the oldest are dropped', () => {
    const store = new MemoryStorage()
    const keys = createLastKeys(() => store, 2)
    for (const name of ['a', 'b', 'c']) keys.replace('main', name, fakePeerId(1))
    expect(keys.replace('main', 'c', fakePeerId(1))).toBe(fakePeerId(1))
    expect(keys.replace('main', 'a', fakePeerId(1))).toBeUndefined()
  })

  it.each(['{', '{}', '[1, ["main/node1"], ["main/node1", "no key"]]', ''])('is unknown if %j is stored', (text) => {
    const store = new MemoryStorage()
    store.setItem('grapevine last keys', text)
    expect(createLastKeys(() => store).replace('main', 'node1', fakePeerId(1))).toBeUndefined()
  })

  it('is unknown if nothing may be stored', () => {
    const denied = (): never => {
      throw new DOMException('denied', 'SecurityError')
    }
    expect(createLastKeys(denied).replace('main', 'node1', fakePeerId(1))).toBeUndefined()
  })
})
