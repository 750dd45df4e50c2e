import { randomBytes } from 'node:crypto'
import { type BenchTab, openBenchTab } from './bench-tab.ts'
import { type ServerKind, startMeasured } from './servers.ts'

export interface IntroductionsSetting {
  readonly tabs: number
  /**
   * The number of introductions of each server before the measurement, in one turn, and the number of turns of each
   * server.
   */
  readonly warmUp: number
  readonly perTurn: number
  readonly turns: number
  /** The number of introductions in progress at a time. */
  readonly atOnce: number
}

export interface IntroductionCost {
  readonly kind: ServerKind
  /** The messages that clients send for one introduction, without acknowledgements. */
  readonly messages: number
  readonly perCpuSecond: number
}

/** The upstreams of one tab. A tab may send each of them 8 offers in a row, which limits the length of a run. */
const upstreams = 8

const allKinds: readonly ServerKind[] = ['grapevine', 'peerjs', 'socket.io-released', 'ws']

class Rig {
  readonly #tabs: BenchTab[] = []
  readonly #names: readonly string[]
  /** Callbacks by attempt: `arrived` for each message that arrives, `failed` for a refusal. */
  readonly #underWay = new Map<string, { readonly arrived: () => void; readonly failed: (error: unknown) => void }>()
  /** Attempts whose responder has answered. */
  readonly #answered = new Set<string>()
  #begun = 0

  constructor(tabs: number) {
    this.#names = Array.from({ length: tabs }, (_, index) => `node${index}`)
  }

  get messages(): number {
    return 2 * (this.#tabs[0]?.messagesPerSide ?? Number.NaN)
  }

  async open(kind: ServerKind, port: number): Promise<void> {
    for (const [index, name] of this.#names.entries()) {
      const next = Array.from({ length: upstreams }, (_, step) => this.#name(index + 1 + step))
      const tab = await openBenchTab(kind, port, name, next)
      tab.onMessage = (attempt, from) => this.#received(tab, attempt, from)
      this.#tabs.push(tab)
    }
  }

  async introduce(count: number, atOnce: number): Promise<void> {
    let left = count
    const lane = async (): Promise<void> => {
      while (left > 0) {
        left -= 1
        await this.#introduceNext()
      }
    }
    await Promise.all(Array.from({ length: atOnce }, lane))
  }

  close(): void {
    for (const tab of this.#tabs) tab.close()
  }

  #name(index: number): string {
    return this.#names[index % this.#names.length] ?? ''
  }

  /**
   * The next tab dials its next upstream. Resolves when both sides have sent all their messages and received all of
   * the other side.
   */
  async #introduceNext(): Promise<void> {
    const number = this.#begun
    this.#begun += 1
    const index = number % this.#tabs.length
    const round = Math.floor(number / this.#tabs.length)
    const attempt = randomBytes(16).toString('base64url')
    const initiator = this.#tabs[index]
    const ended = new Promise<void>((resolve, reject) => {
      let left = this.messages
      const arrived = (): void => {
        left -= 1
        if (left === 0) resolve()
      }
      this.#underWay.set(attempt, { arrived, failed: reject })
    })
    const to = this.#name(index + 1 + (round % upstreams))
    await Promise.all([initiator?.sendSide(to, attempt, 'offer'), ended])
    this.#underWay.delete(attempt)
    this.#answered.delete(attempt)
  }

  #received(tab: BenchTab, attempt: string, from: string): void {
    const underWay = this.#underWay.get(attempt)
    if (!this.#answered.has(attempt)) {
      this.#answered.add(attempt)
      tab.sendSide(from, attempt, 'answer').catch((error: unknown) => underWay?.failed(error))
    }
    underWay?.arrived()
  }
}

/** The servers take turns, so that other load on the machine affects all of them alike. */
export const measureIntroductions = async (
  setting: IntroductionsSetting,
  kinds = allKinds,
): Promise<readonly IntroductionCost[]> => {
  const runs = await Promise.all(
    kinds.map(async (kind) => ({ kind, server: await startMeasured(kind), rig: new Rig(setting.tabs), micros: 0 })),
  )
  try {
    for (const { kind, server, rig } of runs) {
      await rig.open(kind, server.port)
      await rig.introduce(setting.warmUp, setting.atOnce)
    }
    for (let turn = 0; turn < setting.turns; turn += 1) {
      for (const run of runs) {
        const before = await run.server.ask('cpu')
        await run.rig.introduce(setting.perTurn, setting.atOnce)
        run.micros += (await run.server.ask('cpu')).micros - before.micros
      }
    }
    return runs.map(({ kind, rig, micros }) => ({
      kind,
      messages: rig.messages,
      perCpuSecond: (setting.turns * setting.perTurn * 1e6) / micros,
    }))
  } finally {
    for (const { rig } of runs) rig.close()
    await Promise.all(runs.map(({ server }) => server.kill()))
  }
}
