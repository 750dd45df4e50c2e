import type { GrapevineNode, NodeEvents, TopicalType, TopicFilter } from '../api/grapevine.ts'
import { readTopic } from './draft-body.ts'
import type { EventEmitter } from './event-emitter.ts'

type Listener = (event: NodeEvents[keyof NodeEvents]) => void

/** The method `on` of a node. */
export const createOn =
  (emitter: Pick<EventEmitter<NodeEvents>, 'on'>): GrapevineNode['on'] =>
  (type: keyof NodeEvents, filter: TopicFilter | Listener, listener?: Listener) => {
    if (typeof filter === 'function') return emitter.on(type, filter)
    const topic = readTopic(filter.topic)
    return emitter.on(type as TopicalType, (event) => {
      if (event.topic === topic) listener?.(event)
    })
  }
