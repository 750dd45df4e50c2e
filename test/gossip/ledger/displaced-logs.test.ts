import { describe, expect, it } from 'vitest'
import { logIdOf } from '../../../client/gossip/wire/block.ts'
import { fakePeerId } from '../../simulation/node/fake-signatures.ts'
import { filledLedger } from './filled-ledger.ts'

describe('[P6] [R1] a log that had to make room', () => {
  const start = () => {
    const filled = filledLedger({ maxLogs: 3 })
    filled.link(1)
    filled.setPresent(10)
    for (const author of [10, 11, 12, 13]) filled.bring({ from: 1, author })
    const head = { log: logIdOf({ author: fakePeerId(12), epoch: '1-0000000000000001' }), height: 1 }
    return { ...filled, head, isDisplaced: (height = 1) => filled.ledger.isDisplaced({ ...head, height }) }
  }

  it('is not requested again', () => {
    const { isDisplaced, blocksOf, ledger } = start()
    expect(blocksOf(10, 11, 12, 13)).toEqual([1, 1, 0, 1])
    expect(isDisplaced()).toBe(true)
    const epoch = '1-0000000000000001'
    expect(ledger.isDisplaced({ log: logIdOf({ author: fakePeerId(14), epoch }), height: 1 })).toBe(false)
  })

  it('may come again once it has grown', () => {
    expect(start().isDisplaced(2)).toBe(false)
  })

  it('may come again once its author is in the network', () => {
    const { isDisplaced, setPresent } = start()
    setPresent(10, 12)
    expect(isDisplaced()).toBe(false)
  })

  it('may come again once there is room', () => {
    const { isDisplaced, ledger, room } = start()
    const [log] = ledger.logs.values()
    if (!log) throw new Error('no log')
    room.remove(log)
    expect(isDisplaced()).toBe(false)
  })
})
