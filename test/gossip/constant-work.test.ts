import { Session } from 'node:inspector/promises'
import { expect, it } from 'vitest'
import { Relay } from '../bench/relay.ts'

/** How often each function of the core is called while `run` runs, by V8's own count. */
const callsOfCore = async (run: () => void): Promise<ReadonlyMap<string, number>> => {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
  await session.post('Profiler.takePreciseCoverage')
  run()
  const { result } = await session.post('Profiler.takePreciseCoverage')
  session.disconnect()
  const calls = new Map<string, number>()
  for (const { url, functions } of result) {
    const [, file] = url.split('/client/gossip/')
    if (file === undefined) continue
    for (const { functionName, ranges } of functions) {
      const name = `${file.replace(/\?.*/, '')} ${functionName}`
      const count = (calls.get(name) ?? 0) + (ranges[0]?.count ?? 0)
      if (count > 0) calls.set(name, count)
    }
  }
  return calls
}

/** The calls that a relay makes for one block that goes from its first neighbour to its second. All others are lazy. */
const callsOfOneRelayedBlock = async (links: number): Promise<ReadonlyMap<string, number>> => {
  const relay = new Relay(links)
  relay.pass(1_500)
  relay.handle(relay.nextPush())
  relay.pass(100)
  const push = relay.nextPush()
  relay.handle({ type: 'tick' })
  let sent: readonly string[] = []
  const calls = await callsOfCore(() => {
    sent = relay.handle(push)
  })
  expect(sent).toEqual(['push 2'])
  return calls
}

it('[P6] a relayed block costs the same calls with fifty neighbours as with two, but for those it is sent to', async () => {
  const [few, many] = [await callsOfOneRelayedBlock(2), await callsOfOneRelayedBlock(50)]
  expect(Object.fromEntries(many)).toEqual(Object.fromEntries(few))
})
