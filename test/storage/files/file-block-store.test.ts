import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { StoredBlock } from '../../../client/gossip/wire/stored-block.ts'
import { parseNodeName } from '../../../client/gossip/wire/node-name.ts'
import { FileBlockStore } from '../../../client/storage/files/file-block-store.ts'
import { storageLimits } from '../../../client/storage/limits.ts'
import { VirtualClock } from '../../simulation/network/virtual-clock.ts'
import { blockOf, logOf } from '../stored-blocks.ts'

describe('the ledger in a file', () => {
  let folder: string
  const clock = new VirtualClock()
  const damages: number[] = []

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'grapevine-blocks-'))
    damages.length = 0
    return () => rm(folder, { recursive: true })
  })

  const open = async (): Promise<{ store: FileBlockStore; blocks: readonly StoredBlock[] }> => {
    const store = new FileBlockStore({
      folder,
      after: (delayMs, action) => clock.after(delayMs, action),
      onFailure: (error) => expect.unreachable(String(error)),
      onRecovery: () => {},
      onDamage: (bytes) => void damages.push(bytes),
    })
    return { store, blocks: await store.load() }
  }

  const heights = (blocks: readonly StoredBlock[]): number[] => blocks.map(({ height }) => height)

  const file = async (): Promise<string> => join(folder, (await readdir(folder))[0] ?? '')

  /** Changes the bytes of the file while no process has it. */
  const change = async (edit: (bytes: Buffer) => Uint8Array): Promise<void> =>
    writeFile(await file(), edit(await readFile(await file())))

  /** Stores blocks of heights 1 to 3, each with a body of its own. */
  const storeThree = async (): Promise<void> => {
    const { store } = await open()
    for (const height of [1, 2, 3]) store.append(blockOf(height, { bytes: new Uint8Array(100).fill(height) }))
    await store.flush()
  }

  it('returns the blocks in the order of their arrival, with every field, and the network time', async () => {
    const hops = [{ name: parseNodeName('node1'), heldMs: 5, rttMs: 2 }] as StoredBlock['hops']
    const given = [
      blockOf(2, { hops }),
      blockOf(1, { signature: undefined, networkMs: 0.5 }),
      blockOf(1, { log: logOf(2) }),
    ]
    const { store } = await open()
    for (const block of given) store.append(block)
    await store.flush(7_000.25)
    const again = await open()
    expect(again.blocks).toEqual(given)
    expect(again.store.networkMs).toBe(7_000.25)
    again.store.append(blockOf(3))
    await again.store.flush()
    expect(heights((await open()).blocks)).toEqual([2, 1, 1, 3])
    expect((await stat(await file())).mode & 0o777).toBe(0o600)
  })

  it('loses a record that a crash cut short, and nothing that is written after it', async () => {
    await storeThree()
    await change((bytes) => bytes.subarray(0, bytes.length - 50))
    const { store, blocks } = await open()
    expect(heights(blocks)).toEqual([1, 2])
    expect(damages).toHaveLength(1)
    store.append(blockOf(4))
    await store.flush()
    expect(heights((await open()).blocks)).toEqual([1, 2, 4])
  })

  it.each([
    ['its content', 60],
    ['its length', 5],
    ['its mark', 1],
    ['its checksum', 10],
  ])('loses one record if the disk damages %s', async (_part, at) => {
    await storeThree()
    await change((bytes) => {
      const second = bytes.indexOf(bytes.subarray(0, 4), 4)
      bytes[second + at] = (bytes[second + at] ?? 0) ^ 0xff
      return bytes
    })
    expect(heights((await open()).blocks)).toEqual([1, 3])
    expect(damages).toHaveLength(1)
  })

  it('believes no record that an author wrote into a body', async () => {
    await storeThree()
    const inner = await readFile(await file())
    await rm(await file())
    const { store } = await open()
    store.append(blockOf(9, { bytes: new Uint8Array(inner) }))
    await store.flush()
    await change((bytes) => {
      bytes[20] = (bytes[20] ?? 0) ^ 0xff
      return bytes
    })
    expect(heights((await open()).blocks)).toEqual([])
  })

  it('forgets what retention evicts, and keeps a block of the same log that comes again later', async () => {
    const { store } = await open()
    for (const height of [1, 2, 3]) store.append(blockOf(height))
    store.append(blockOf(1, { log: logOf(2) }))
    store.forget(logOf(1), 2)
    await store.flush()
    expect(heights((await open()).blocks)).toEqual([3, 1])
    const again = await open()
    again.store.forget(logOf(1), 3)
    again.store.append(blockOf(2))
    await again.store.flush()
    const last = await open()
    expect(last.blocks.map(({ log, height }) => [log, height])).toEqual([
      [logOf(2), 1],
      [logOf(1), 2],
    ])
  })

  it('deletes a discarded block, and no other copy of it', async () => {
    const { store } = await open()
    store.append(blockOf(1, { signature: undefined }))
    store.append(blockOf(1))
    await store.flush()
    const { store: again, blocks } = await open()
    const [unsigned] = blocks
    if (unsigned) again.discard(unsigned)
    await again.flush()
    expect((await open()).blocks).toEqual([blockOf(1)])
  })

  it('is written anew once deleted blocks are more than the others, and keeps their order', async () => {
    const bytes = new Uint8Array(60_000)
    const needed = Math.ceil(storageLimits.compactedBytes / bytes.length) + 2
    const { store } = await open()
    for (let height = 1; height <= needed; height += 1) store.append(blockOf(height, { bytes }))
    store.append(blockOf(1, { log: logOf(2) }))
    await store.flush(5_000)
    const before = (await stat(await file())).size
    store.forget(logOf(1), needed - 1)
    await expect.poll(async () => (await stat(await file())).size).toBeLessThan(before / 50)
    store.append(blockOf(needed + 1))
    await store.flush()
    const again = await open()
    expect(again.blocks.map(({ log, height }) => [log, height])).toEqual([
      [logOf(1), needed],
      [logOf(2), 1],
      [logOf(1), needed + 1],
    ])
    expect(again.store.networkMs).toBe(5_000)
  })

  it('reports a disk that fails once, keeps what comes meanwhile, and writes it when the disk works again', async () => {
    const happened: string[] = []
    const store = new FileBlockStore({
      folder,
      after: (delayMs, action) => clock.after(delayMs, action),
      onFailure: () => void happened.push('failed'),
      onRecovery: () => void happened.push('recovered'),
      onDamage: () => {},
    })
    await store.load()
    // Not even root can write to a folder that is gone.
    await rm(folder, { recursive: true })
    for (const height of [1, 2]) {
      store.append(blockOf(height))
      await store.flush()
    }
    expect(happened).toEqual(['failed'])
    await mkdir(folder)
    store.append(blockOf(3))
    await expect
      .poll(() => clock.pass(storageLimits.writeAgainMs).then(() => happened))
      .toEqual(['failed', 'recovered'])
    expect(heights((await open()).blocks)).toEqual([1, 2, 3])
  })
})
