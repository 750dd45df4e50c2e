import type { JsonValue } from '../../gossip/wire/entry.ts'
import { BodyRefusal, readBody } from '../../gossip/wire/body.ts'
import { describeValue } from '../../gossip/wire/body-words.ts'
import type { EntryExtras } from '../../gossip/wire/entry-extras.ts'
import { type PeerId, parsePeerId } from '../../gossip/wire/peer-id.ts'
import { parseTopic } from '../../gossip/wire/topic.ts'
import { gossipLimits } from '../../gossip/bounds/limits.ts'
import type { PublishOptions, SendOptions } from '../api/grapevine.ts'

/**
 * A copy of a body to publish. Throws a TypeError, which names the place of a value that can't be carried, or a RangeError
 * if it has too many values or bytes.
 */
export const readDraftBody = (value: unknown): JsonValue | Uint8Array => {
  const { maxLargeBodyBytes } = gossipLimits
  // Before it is copied.
  const least = typeof value === 'string' || value instanceof Uint8Array ? value.length : 0
  if (least > maxLargeBodyBytes) throw new RangeError(`a body of ${least} bytes; the limit is ${maxLargeBodyBytes}`)
  const body = readBody(value)
  if (!(body instanceof BodyRefusal)) return body
  throw body.kind === 'too-large' ? new RangeError(body.message) : new TypeError(body.message)
}

/** Throws a TypeError for a topic that is no text, and a RangeError for one that is too long or empty. */
export const readTopic = (value: unknown): string => {
  const topic = parseTopic(value)
  if (topic !== undefined) return topic
  if (typeof value !== 'string') throw new TypeError(`topic ${problemOf(value)}: a topic is a text`)
  if (!value.isWellFormed()) throw new TypeError('topic has half of a character: cut texts between characters')
  throw new RangeError(`a topic of ${value.length} characters; a topic has 1 to ${gossipLimits.maxTopicBytes} bytes`)
}

/** What `publish` adds to a body. */
export interface PublishExtras extends EntryExtras {
  readonly ephemeral?: true
}

/** Throws as `readTopic`, and a TypeError for another option's type, or for options that contradict each other. */
export const readPublishOptions = (options: PublishOptions = {}): PublishExtras => {
  const { topic, supersedes, ephemeral } = options as { readonly [Key in keyof PublishOptions]: unknown }
  if (ephemeral !== undefined && typeof ephemeral !== 'boolean') {
    throw new TypeError(`ephemeral ${problemOf(ephemeral)}: it is true or false`)
  }
  if (supersedes !== undefined && typeof supersedes !== 'boolean') {
    throw new TypeError(`supersedes ${problemOf(supersedes)}: it is true or false`)
  }
  if (ephemeral && supersedes) {
    throw new TypeError(
      'ephemeral and supersedes are both true: no node keeps ephemeral messages, so they replace none',
    )
  }
  return {
    ...(topic !== undefined && { topic: readTopic(topic) }),
    ...(supersedes && { supersedes }),
    ...(ephemeral && { ephemeral }),
  }
}

/** The encoded body and its topic. Throws as `publish` rejects. */
export const readSend = (
  peerId: unknown,
  value: unknown,
  { topic }: SendOptions = {},
): { readonly to: PeerId; readonly body: JsonValue | Uint8Array; readonly topic: string | undefined } => {
  const to = parsePeerId(peerId)
  if (!to) throw new TypeError('not a PeerId: 43 characters, such as the peerId of an item of links()')
  const body = readDraftBody(value)
  return { to, body, topic: topic === undefined ? undefined : readTopic(topic) }
}

/** `is a Date`: without the advice for bodies. */
const problemOf = (value: unknown): string => describeValue(value).split(':')[0] ?? ''
