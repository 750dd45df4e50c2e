import type { EntryRef, LinkFault } from '../api/grapevine.ts'
import type { MirroredDraft, MirroredSend } from './messages.ts'

/** What a page asks of the node that it mirrors. */
export interface MirrorHost {
  publish(draft: MirroredDraft): void
  send(message: MirroredSend): void
  ask(entry: EntryRef): void
  trust(upstream: string): void
  disturb(faults: readonly LinkFault[]): void
  /** Says bye; resolves when all is stored, all links have ended, and the name is free. */
  stop(): Promise<void>
}
