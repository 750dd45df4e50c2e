import type { Diagnosis } from '../api/diagnosis.ts'
import type { HostMessage, PageMessage } from '../mirror/messages.ts'
import type { OpenBlocks } from '../shared/node-storage.ts'
import type { NodeClock } from './clock.ts'

export interface HostThreadOptions {
  readonly clock: NodeClock
  /** The node must run in this thread: its clock is here, or its store. */
  readonly isHere: boolean
  readonly openBlocks: OpenBlocks | undefined
  /** Called for each message of the host. */
  receive(message: PageMessage): void
  /** The host's script can't be loaded. */
  failed(message: string): void
  /** Where the node runs is decided. */
  decided(thread: Diagnosis['thread']): void
}

interface Host {
  post(message: HostMessage, transfer: readonly Transferable[]): void
  end(): void
}

/**
 * The thread in which a node runs, as the page sees it: a worker, or the page itself where a worker can't be started or
 * can't have data channels. What is sent before the host reads messages waits.
 */
export class HostThread {
  /** Known after the first try, for all nodes of the page: a try costs a connection. */
  static #canMove: boolean | undefined
  readonly #options: HostThreadOptions
  /** Undefined until the page's own host is loaded. */
  #host: Host | undefined
  /** What the page's own host gets when it is loaded; undefined once a host has read its first message. */
  #early: HostMessage[] | undefined = []
  #hasEnded = false

  constructor(options: HostThreadOptions) {
    this.#options = options
    HostThread.#canMove ??= options.isHere ? undefined : canMoveChannels()
    if (options.isHere || !HostThread.#canMove) this.#startHere()
    else this.#startWorker()
  }

  /** `owned`: buffers that may move too, since the page needs them no longer once the host reads messages. */
  send(message: HostMessage, transfer: readonly Transferable[] = [], owned: readonly ArrayBuffer[] = []): void {
    this.#early?.push(message)
    this.#host?.post(message, this.#early ? transfer : [...transfer, ...owned])
  }

  end(): void {
    this.#hasEnded = true
    this.#host?.end()
  }

  /** The browser keeps what is sent to a worker until its script reads it. */
  #startWorker(): void {
    const worker = createWorker()
    if (!worker) return this.#startHere()
    this.#host = {
      post: (message, transfer) => worker.postMessage(message, [...transfer]),
      end: () => worker.terminate(),
    }
    worker.addEventListener('message', ({ data }: MessageEvent<PageMessage>) => {
      if (data.type !== 'ready') return this.#options.receive(data)
      this.#early = undefined
      this.#options.decided('worker')
    })
    worker.addEventListener('error', () => {
      // The page's policy forbids the worker, or its file is gone. Later errors are reported by the browser.
      if (!this.#early) return
      worker.terminate()
      this.#host = undefined
      this.#startHere()
    })
  }

  #startHere(): void {
    const { clock, openBlocks } = this.#options
    const load = async (): Promise<void> => {
      const { NodeHost } = await import('./node-host.ts')
      const host = new NodeHost({
        clock,
        openBlocks,
        // In a later turn: a host must not be called in the middle of its work.
        send: (message) => queueMicrotask(() => this.#options.receive(message)),
        hidden: () => {},
      })
      if (this.#hasEnded) return
      this.#host = { post: (message) => host.receive(message), end: () => {} }
      this.#options.decided(typeof document === 'object' ? 'page' : 'process')
      const early = this.#early ?? []
      this.#early = undefined
      // A channel that went to a worker which did not start is lost: its connection is tried again.
      for (const message of early) host.receive(message)
    }
    load().catch((error: unknown) => this.#options.failed(String(error)))
  }
}

/** Undefined if the browser can't start it at once. */
const createWorker = (): Worker | undefined => {
  try {
    // The name of the built file, for the package; Vite finds the TypeScript. Bundlers know exactly this form.
    return new Worker(new URL('./node-worker.js', import.meta.url), { type: 'module' })
  } catch {
    return undefined
  }
}

/**
 * Whether this browser moves data channels into workers: Chromium from 130, Firefox from 144, Safari from 15. It is known only
 * by trying, which costs one of the connections that a page may make.
 */
const canMoveChannels = (): boolean => {
  if (typeof Worker !== 'function' || typeof RTCPeerConnection !== 'function') return false
  let connection: RTCPeerConnection | undefined
  const { port1 } = new MessageChannel()
  try {
    connection = new RTCPeerConnection()
    const channel = connection.createDataChannel('')
    port1.postMessage(channel, [channel])
    return true
  } catch {
    // DataCloneError, or the browser makes no connection.
    return false
  } finally {
    port1.close()
    connection?.close()
  }
}
