export interface TypeTraffic {
  envelopes: number
  bytes: number
}

/** Counts the envelopes that nodes send to each other, by type, whether they arrive or not. */
export class Traffic {
  readonly byType = new Map<string, TypeTraffic>()
  readonly #drops = new Map<string, number>()

  sent(type: string, bytes: number): void {
    let traffic = this.byType.get(type)
    if (!traffic) this.byType.set(type, (traffic = { envelopes: 0, bytes: 0 }))
    traffic.envelopes += 1
    traffic.bytes += bytes
  }

  dropped(reason: string): void {
    this.#drops.set(reason, this.dropsOf(reason) + 1)
  }

  dropsOf(reason: string): number {
    return this.#drops.get(reason) ?? 0
  }

  drops(): Readonly<Record<string, number>> {
    return sortedRecord(this.#drops)
  }

  total(of: keyof TypeTraffic, isCounted: (type: string) => boolean = () => true): number {
    let total = 0
    for (const [type, traffic] of this.byType) if (isCounted(type)) total += traffic[of]
    return total
  }

  each(of: keyof TypeTraffic): Readonly<Record<string, number>> {
    return sortedRecord([...this.byType].map(([type, traffic]) => [type, traffic[of]] as const))
  }
}

/** Sorted by value, the greatest first. */
const sortedRecord = (counts: Iterable<readonly [string, number]>): Readonly<Record<string, number>> =>
  Object.fromEntries([...counts].sort((one, other) => other[1] - one[1]))
