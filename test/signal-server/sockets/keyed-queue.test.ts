import { describe, expect, it } from 'vitest'
import { KeyedQueue } from '../../../signal-server/sockets/keyed-queue.ts'

/** A task that ends when the test ends it. */
const createTask = (order: string[], name: string) => {
  let end = (): void => undefined
  const ended = new Promise<void>((resolve) => (end = resolve))
  const task = async (): Promise<void> => {
    order.push(`${name} begins`)
    await ended
    order.push(`${name} ends`)
  }
  return { task, end: () => end() }
}

describe('KeyedQueue', () => {
  it('runs the tasks of one key one after another, and tasks of another key concurrently', async () => {
    const queue = new KeyedQueue()
    const order: string[] = []
    const [first, second, other] = ['first', 'second', 'other'].map((name) => createTask(order, name))
    if (!first || !second || !other) throw new Error('three tasks')
    void queue.run('a', first.task)
    void queue.run('a', second.task)
    void queue.run('b', other.task)
    expect(order).toEqual(['first begins', 'other begins'])
    second.end()
    first.end()
    await queue.idle('a')
    expect(order).toEqual(['first begins', 'other begins', 'first ends', 'second begins', 'second ends'])
  })

  it('forgets keys whose tasks have ended', async () => {
    const queue = new KeyedQueue()
    void queue.run('a', async () => undefined)
    await queue.idle('a')
    await expect.poll(() => queue.idle('a')).toBeUndefined()
  })
})
