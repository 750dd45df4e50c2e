import type { NodeName } from '../../gossip/wire/node-name.ts'
import type { TryDiagnosis } from '../../node/api/diagnosis.ts'
import type { NetworkPortEvents } from '../../node/shared/node-ports.ts'
import type { Attempt } from './attempt.ts'

/** Reports how far the latest try to connect to each upstream has come. Earlier tries at the same upstream are silent. */
export class LatestTries {
  /** The latest, while it is under way, by either side. */
  readonly #attempts = new Map<NodeName, Attempt>()
  readonly #tried: NetworkPortEvents['tried']

  constructor(tried: NetworkPortEvents['tried']) {
    this.#tried = tried
  }

  begin(upstream: NodeName, attempt: Attempt): void {
    this.#attempts.set(upstream, attempt)
  }

  progress(upstream: NodeName, attempt: Attempt): void {
    if (this.#attempts.get(upstream) === attempt) this.#tried(upstream, attempt.status())
  }

  /** Undefined: the try was cancelled, which is no result. */
  end(upstream: NodeName, attempt: Attempt, result: TryDiagnosis | undefined): void {
    if (this.#attempts.get(upstream) !== attempt) return
    this.#attempts.delete(upstream)
    this.#tried(upstream, result)
  }

  /** More about the try that made the link, or nothing once the link has closed; void if the next try has begun. */
  linkChanged(upstream: NodeName, result: TryDiagnosis | undefined): void {
    if (!this.#attempts.has(upstream)) this.#tried(upstream, result)
  }
}
