import { describe, expect, it } from 'vitest'
import { findCandidatePath } from '../../../client/links/webrtc/candidate-path.ts'

const candidates = [
  { id: 'L1', type: 'local-candidate', candidateType: 'host' },
  { id: 'L2', type: 'local-candidate', candidateType: 'relay' },
  { id: 'R1', type: 'remote-candidate', candidateType: 'prflx' },
  { id: 'P1', type: 'candidate-pair', localCandidateId: 'L1', remoteCandidateId: 'R1', nominated: false },
]

describe('the path of a connection', () => {
  it('is the pair that the transport names, in Chromium and Safari', () => {
    const pair = { id: 'P2', type: 'candidate-pair', localCandidateId: 'L2', remoteCandidateId: 'R1' }
    const transport = { id: 'T', type: 'transport', selectedCandidatePairId: 'P2' }
    expect(findCandidatePath([...candidates, pair, transport])).toEqual({ local: 'relay', remote: 'prflx' })
  })

  it('is the pair that is marked as selected, in Firefox', () => {
    const pair = { id: 'P2', type: 'candidate-pair', localCandidateId: 'L1', remoteCandidateId: 'R1', selected: true }
    expect(findCandidatePath([...candidates, pair])).toEqual({ local: 'host', remote: 'prflx' })
  })

  it.each([
    ['no reports', []],
    ['no pair selected', candidates],
    ['a pair without candidates', [{ id: 'P', type: 'candidate-pair', selected: true }]],
    [
      'a type that nobody knows',
      [
        { id: 'L', candidateType: 'wormhole' },
        { id: 'R', candidateType: 'host' },
        { id: 'P', type: 'candidate-pair', selected: true, localCandidateId: 'L', remoteCandidateId: 'R' },
      ],
    ],
    ['what is no report', [null, 7, 'x']],
  ])('is not known with %s', (_what, reports) => {
    expect(findCandidatePath(reports)).toBeUndefined()
  })
})
