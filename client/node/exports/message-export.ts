import { toBase64url } from '../../gossip/wire/base64url.ts'
import type { Entry } from '../../gossip/wire/entry.ts'
import type { ExportedMessage, FileOrigin, MessagesFile } from '../api/grapevine.ts'
import { csvRow } from './csv.ts'
import { type FileText, listText } from './file-text.ts'

export const exportedMessage = ({
  author,
  peerId,
  epoch,
  seq,
  time,
  receivedAt,
  path,
  body,
  topic,
  supersedes,
}: Entry): ExportedMessage => ({
  author,
  peerId,
  epoch,
  seq,
  time,
  ...(receivedAt !== undefined && { receivedAt }),
  path,
  ...(topic !== undefined && { topic }),
  ...(supersedes && { supersedes }),
  ...(body instanceof Uint8Array
    ? { type: 'bytes', body: toBase64url(body) }
    : { type: typeof body === 'string' ? 'text' : 'json', body }),
})

export const messagesJson = (origin: FileOrigin, entries: readonly Entry[]): FileText => {
  const head: Omit<MessagesFile, 'messages'> = { format: 'grapevine-messages', version: 1, ...origin }
  return listText(head, 'messages', entries, exportedMessage)
}

const columns = [
  'author',
  'peerId',
  'epoch',
  'seq',
  'time',
  'receivedAt',
  'path',
  'type',
  'body',
  'topic',
  'supersedes',
]

/** A time as spreadsheets read it. A number that an author wrote and that is no valid time stays a number. */
const csvTime = (time: number | undefined): string | number => {
  if (time === undefined) return ''
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? time : date.toISOString()
}

/** JSON bodies as JSON, bytes as base64url, a path's names joined by `>`. */
export function* messagesCsv(entries: readonly Entry[]): FileText {
  yield csvRow(columns)
  for (const entry of entries) {
    const { author, peerId, epoch, seq, time, receivedAt, path, type, body, topic, supersedes } = exportedMessage(entry)
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const times = [csvTime(time), csvTime(receivedAt)]
    const more = [topic ?? '', supersedes ? 'true' : '']
    yield csvRow([author, peerId, epoch, seq, ...times, path.join('>'), type, text, ...more])
  }
}
