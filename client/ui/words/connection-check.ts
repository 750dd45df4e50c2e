/** `pending`: not known yet, since an earlier step has not happened. */
export type CheckStatus = 'ok' | 'waiting' | 'failed' | 'not-needed' | 'pending'

export interface ConnectionCheck {
  /** Identifies the check, independent of its result. */
  readonly key: string
  readonly label: string
  readonly status: CheckStatus
  /** The observation behind the status. */
  readonly seen: string
}

/** The status of a check, and the observation behind it. */
export type Observation = readonly [status: CheckStatus, seen: string]

/** The result of a check whose turn has not come. */
export const pending: Observation = ['pending', '']

export const checkOf = (key: string, label: string, [status, seen]: Observation): ConnectionCheck => ({
  key,
  label,
  status,
  seen,
})

export const checkStatusWords: Readonly<Record<CheckStatus, string>> = {
  ok: 'OK',
  waiting: 'Waiting',
  failed: 'Failed',
  'not-needed': 'Not needed',
  pending: 'Not yet',
}
