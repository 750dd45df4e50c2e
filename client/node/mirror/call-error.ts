import { NodeError } from '../api/node-error.ts'

/** An error as `publish` rejects with it: a class of one realm does not survive `postMessage`. */
export interface CallError {
  readonly kind: 'RangeError' | 'TypeError' | 'Error' | 'NodeError'
  readonly message: string
  /** Of a `NodeError`. */
  readonly reason?: NodeError['reason']
}

export const toCallError = (error: unknown): CallError => {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof NodeError) return { kind: 'NodeError', message, reason: error.reason }
  if (error instanceof RangeError) return { kind: 'RangeError', message }
  return { kind: error instanceof TypeError ? 'TypeError' : 'Error', message }
}

export const fromCallError = ({ kind, message, reason }: CallError): Error => {
  if (kind === 'NodeError' && reason) return new NodeError(reason, message)
  if (kind === 'RangeError') return new RangeError(message)
  return kind === 'TypeError' ? new TypeError(message) : new Error(message)
}
