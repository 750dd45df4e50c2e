interface Introduction<Signal> {
  readonly from: string
  readonly signal: Signal
}

/** The connection of one tab to the introducer of those contestants that have no server of their own. */
export class Introductions<Signal> {
  readonly #socket: WebSocket
  readonly #name: string

  /** Resolves when signals to this name arrive here. */
  static async connect<Signal>(
    introducer: string,
    name: string,
    listener: (from: string, signal: Signal) => void,
  ): Promise<Introductions<Signal>> {
    const socket = new WebSocket(introducer)
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve)
      socket.addEventListener('error', reject)
    })
    socket.addEventListener('message', ({ data }: MessageEvent<string>) => {
      const { from, signal } = (JSON.parse(data) as { readonly data: Introduction<Signal> }).data
      listener(from, signal)
    })
    socket.send(JSON.stringify({ subscribe: name }))
    return new Introductions(socket, name)
  }

  private constructor(socket: WebSocket, name: string) {
    this.#socket = socket
    this.#name = name
  }

  send(to: string, signal: Signal): void {
    const data: Introduction<Signal> = { from: this.#name, signal }
    this.#socket.send(JSON.stringify({ topic: to, data }))
  }
}
