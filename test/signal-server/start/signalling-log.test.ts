import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SignallingLog } from '../../../signal-server/start/signalling-log.ts'
import { createMemoryLog } from './memory-log.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('the log of the signalling', () => {
  it('has at most one line a minute', () => {
    const { log, lines } = createMemoryLog()
    const signallingLog = new SignallingLog(log)
    for (let count = 0; count < 100_000; count += 1) signallingLog.socketRefused('too-many-sockets')
    signallingLog.socketHeldBack()
    signallingLog.socketClosed('flood')
    signallingLog.socketClosed(undefined)
    expect(lines).toEqual([])
    vi.advanceTimersByTime(60_000)
    expect(lines).toMatchObject([
      {
        level: 'info',
        msg: 'refused or ended in the last minute',
        socketsRefused: { 'too-many-sockets': 100_000 },
        socketsHeldBack: { flood: 1 },
        connectionsEnded: { flood: 1 },
      },
    ])
    vi.advanceTimersByTime(600_000)
    expect(lines).toHaveLength(1)
    signallingLog.socketRefused('origin-not-allowed')
    vi.advanceTimersByTime(60_000)
    expect(lines[1]).toMatchObject({ socketsRefused: { 'origin-not-allowed': 1 } })
  })

  it('is an error if the machine can’t accept connections', () => {
    const { log, lines } = createMemoryLog()
    const signallingLog = new SignallingLog(log)
    signallingLog.acceptFailed('EMFILE')
    signallingLog.flush()
    expect(lines).toMatchObject([{ level: 'error', acceptsFailed: { EMFILE: 1 } }])
  })

  it('warns when the cluster is out of reach, and reports its return', () => {
    const { log, lines } = createMemoryLog()
    const signallingLog = new SignallingLog(log)
    signallingLog.clusterChanged('up')
    signallingLog.clusterChanged('down', 'connect ECONNREFUSED 127.0.0.1:6399')
    signallingLog.clusterChanged('up')
    expect(lines.map(({ level }) => level)).toEqual(['info', 'warn', 'warn'])
    expect(lines[1]).toMatchObject({ redis: 'connect ECONNREFUSED 127.0.0.1:6399' })
  })
})
