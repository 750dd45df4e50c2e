import { describe, expect, it } from 'vitest'
import type { Diagnosis } from '../../../client/node/api/diagnosis.ts'
import type { LinkReason } from '../../../client/node/api/grapevine.ts'
import { needsHelp } from '../../../client/ui/lab/help-controller.ts'
import { diagnosisOf, linkedUpstream, upstreamOf } from './connection/diagnoses.ts'

const offline = (parts: Partial<Diagnosis> = {}): Diagnosis =>
  diagnosisOf({
    state: { status: 'offline', reason: 'server-unreachable' },
    contact: { step: 'no-websocket', reason: 'server-unreachable', tries: 4 },
    unregisteredMs: 12_000,
    ...parts,
  })
const failing = (reason: LinkReason | undefined, failingMs = 12_000): Diagnosis =>
  diagnosisOf({ upstreams: [upstreamOf({ ...(reason && { reason }) }, { isThere: true, failingMs })] })

describe('help is needed', () => {
  it('when the server has been unreachable for ten seconds and no link is up', () => {
    expect(needsHelp(offline())).toBe(true)
    expect(needsHelp(offline({ contact: { step: 'lost' } }))).toBe(true)
    expect(needsHelp(offline({ contact: { step: 'refused', reason: 'no-acknowledgement' } }))).toBe(true)
  })

  it.each<LinkReason | undefined>([
    'no-answer',
    'connect-timeout',
    'no-path',
    'connection-lost',
    'webrtc-failed',
    undefined,
  ])('when a registered upstream has not been linked for ten seconds: %s', (reason) => {
    expect(needsHelp(failing(reason))).toBe(true)
  })
})

describe('help is not needed', () => {
  it('before ten seconds of failure', () => {
    expect(needsHelp(offline({ unregisteredMs: 9_999 }))).toBe(false)
    expect(needsHelp(failing('no-path', 9_999))).toBe(false)
  })

  it('while any link is up', () => {
    expect(needsHelp(offline({ linksUp: 1 }))).toBe(false)
    expect(needsHelp({ ...failing('no-path'), linksUp: 1 })).toBe(false)
    expect(needsHelp(diagnosisOf({ upstreams: [linkedUpstream], linksUp: 1 }))).toBe(false)
  })

  it('for an upstream that is not there yet', () => {
    const upstream = upstreamOf({ state: 'waiting', reason: 'not-there' }, { isThere: false })
    expect(needsHelp(diagnosisOf({ upstreams: [upstream] }))).toBe(false)
  })

  it.each<LinkReason>([
    'key-changed',
    'wrong-key',
    'linked-already',
    'unkept-promise',
    'wrong-version',
    'out-of-connections',
    'peer-full',
  ])('for a reason whose notice asks a person to decide: %s', (reason) => {
    expect(needsHelp(failing(reason))).toBe(false)
  })

  it('by a node that does not run, starts, or lost its name', () => {
    expect(needsHelp(offline({ state: { status: 'error', reason: 'stopped' } }))).toBe(false)
    expect(needsHelp(diagnosisOf({ contact: { step: 'connecting' }, unregisteredMs: 60_000 }))).toBe(false)
    expect(needsHelp(offline({ contact: { step: 'refused', reason: 'name-taken' } }))).toBe(false)
  })

  it('by a node that names no upstream', () => {
    expect(needsHelp(diagnosisOf())).toBe(false)
  })
})
