import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { ArchiveProcess } from '../../support/archive-process.ts'
import { it as base } from '../tabs/browser-test.ts'
import { knownNodes } from '../tabs/known-network.ts'
import type { Tab } from '../tabs/tab.ts'
import { waitUntil } from '../tabs/wait.ts'

const it = base.extend('startArchive', async ({ server, network }, { onCleanup }) => {
  const folder = await mkdtemp(join(tmpdir(), 'grapevine-archive-'))
  const started: ArchiveProcess[] = []
  onCleanup(async () => {
    await Promise.all(started.map((archive) => archive.end('SIGKILL')))
    await rm(folder, { recursive: true })
  })
  /** Starts a node in Node.js that keeps its data in one folder for the whole test. */
  return (...args: readonly string[]): ArchiveProcess => {
    const { origin } = server
    const archive = new ArchiveProcess(
      ['--server', origin, '--id', 'archive', '--net', network.name, '--data', folder, ...args],
      {},
    )
    started.push(archive)
    return archive
  }
})

const waitUntilPrinted = (archive: ArchiveProcess, line: string): Promise<string> =>
  waitUntil(
    `the archive prints ${line}`,
    async () => archive.output,
    (output) => output.includes(`${line}\n`),
  )

/** Waits until the archive announces that it holds so many messages. It counts as in sync for some seconds without the last. */
const waitUntilArchived = (tab: Tab, messages: number): Promise<unknown> =>
  waitUntil(
    `the archive holds ${messages} messages`,
    () => knownNodes(tab),
    (nodes) => nodes.some(({ name, entries }) => name === 'archive' && entries === messages),
  )

describe('a node in Node.js', () => {
  it('keeps all messages while every tab is closed, over a crash and a restart, and says bye when it is stopped', async ({
    network,
    startArchive,
  }) => {
    const archive = startArchive()
    const peerId = await archive.up()
    const node1 = await network.open('id=node1&peer=archive')
    const node2 = await network.open('id=node2&peer=node1')
    await node2.waitForLinks({ node1: 'up' })
    await waitUntilPrinted(archive, 'link to node1: up')
    await node2.send('by node 2')
    await node1.waitForMessage('node2', 'by node 2')
    await node1.send('by node 1')
    await waitUntilArchived(node1, 2)

    const second = await startArchive().exited
    expect(second).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^another process runs archive with the data in /),
    })

    await node2.close()
    await node1.close()
    await waitUntilPrinted(archive, 'link to node1: ended')
    expect(archive.output).not.toContain('link to node1: down')

    // A browser that has never seen this network.
    const late = await network.open('id=late&peer=archive', { profile: await network.profile() })
    expect((await late.waitForMessage('node2', 'by node 2')).path).toEqual(['node2', 'node1', 'archive', 'late'])
    await late.waitForMessage('node1', 'by node 1')

    await archive.end('SIGKILL')
    const again = startArchive('--peer', 'late')
    expect(await again.up()).toBe(peerId)
    expect(again.output).toContain(', 2 messages in ')
    await waitUntilPrinted(again, 'link to late: up')
    await late.waitForLinks({ archive: 'up' })
    await late.send('by a late one')
    await waitUntilArchived(late, 3)

    const { code, output } = await again.end('SIGTERM')
    expect({ code, output }).toMatchObject({ code: 0 })
    await late.waitForLinks({ archive: 'waiting' })
    expect((await late.snapshots())[0]?.reason).toMatch(/^(said-bye|gone)$/)

    const third = startArchive()
    expect(await third.up()).toBe(peerId)
    expect(third.output).toContain(', 3 messages in ')
    expect(await third.end('SIGINT')).toMatchObject({ code: 0 })
  })
})
