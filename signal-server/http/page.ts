import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, relative, sep } from 'node:path'
import { gzipSync } from 'node:zlib'
import { folderOf } from './base-path.ts'
import type { FrameAncestors } from './frame-ancestors.ts'
import { parseBuildId } from './build-id.ts'
import { listFormerAssets } from './former-assets.ts'

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.map': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}

/** Files that are already compressed. */
const isCompressed = /\.(?:png|ico|woff2)$/

/**
 * Allows everything from this origin, and inline only the scripts with these hashes. `'self'` includes the websocket of this
 * host. No `upgrade-insecure-requests`: in a classroom the page is served over plain http.
 */
const contentSecurityPolicyFor = (scriptHashes: readonly string[], frameAncestors: FrameAncestors): string =>
  [
    "default-src 'self'",
    ...(scriptHashes.length > 0
      ? [`script-src 'self' ${scriptHashes.map((hash) => `'sha256-${hash}'`).join(' ')}`]
      : []),
    "img-src 'self' data: blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${frameAncestors.join(' ')}`,
  ].join('; ')

/**
 * Features that the page does not use, so that nothing in it can ask a person for them. Without `bluetooth`, `hid` and
 * `serial`: where Chromium lacks them, it would warn in the console at each page load.
 */
const permissionsPolicy = ['camera', 'microphone', 'display-capture', 'geolocation', 'payment', 'usb', 'midi']
  .map((feature) => `${feature}=()`)
  .join(', ')

/** Without `Strict-Transport-Security`: only the proxy that ends TLS knows that there is TLS (`deploy/nginx.conf`). */
const securityHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': contentSecurityPolicyFor([], ["'self'"]),
  'Permissions-Policy': permissionsPolicy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

/** Browsers obey it only over TLS and on this machine, and warn in the console everywhere else. */
const openerPolicyOf = ({ headers }: IncomingMessage): Readonly<Record<string, string>> => {
  const isTrustworthy =
    headers['x-forwarded-proto'] === 'https' || /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/.test(headers.host ?? '')
  return isTrustworthy ? { 'Cross-Origin-Opener-Policy': 'same-origin' } : {}
}

interface Variant {
  readonly body: Buffer
  readonly etag: string
}

interface File {
  readonly headers: Readonly<Record<string, string>>
  readonly plain: Variant
  /** Compressed at the first request: all files together would delay the start by half a second. */
  readonly gzip: () => Variant | undefined
}

/** The built page by path. */
export type Page = ReadonlyMap<string, File>

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}

const variantOf = (body: Buffer): Variant => ({
  body,
  etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
})

/** Hashes of the inline scripts as a browser parses them, with `\n` for every line end. */
const scriptHashesIn = (html: string): readonly string[] =>
  [...html.replace(/\r\n?/g, '\n').matchAll(/<script>(.*?)<\/script>/gs)].map(([, script = '']) =>
    createHash('sha256').update(script).digest('base64'),
  )

const fileOf = (path: string, body: Buffer, frameAncestors: FrameAncestors): File => ({
  headers: {
    ...(path.endsWith('.html') && {
      'Content-Security-Policy': contentSecurityPolicyFor(scriptHashesIn(body.toString()), frameAncestors),
    }),
    'Content-Type': contentTypes[extname(path)] ?? 'application/octet-stream',
    // The names of assets contain a hash of their content.
    'Cache-Control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    Vary: 'Accept-Encoding',
  },
  plain: variantOf(body),
  gzip: once(() => (isCompressed.test(path) ? undefined : variantOf(gzipSync(body)))),
})

/**
 * Reads the built page, some hundred kilobytes, into memory: no request reads the disk, and a build that runs meanwhile
 * changes nothing. Gives undefined if the folder has no `index.html`. `frameAncestors`: who may show the page in a frame.
 * `former`: the folder with the assets of earlier builds.
 */
export const loadPage = async (
  folder: string,
  frameAncestors: FrameAncestors = ["'self'"],
  former?: string,
): Promise<Page | undefined> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const page = new Map<string, File>()
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const name = join(entry.parentPath, entry.name)
    const path = `/${relative(folder, name).split(sep).join('/')}`
    const file = fileOf(path, await readFile(name), frameAncestors)
    page.set(path, file)
    // `/` is index.html, `/editor` is editor.html.
    page.set(path.replace(/(?:index)?\.html$/, ''), file)
  }
  for (const asset of former === undefined ? [] : await listFormerAssets(former, new Date())) {
    const path = `/assets/${asset.name}`
    if (!page.has(path)) page.set(path, fileOf(path, await readFile(asset.path), frameAncestors))
  }
  return page.has('/') ? page : undefined
}

/** The build id of the page (`build-id.ts`). */
export const buildOf = (page: Page): string | undefined =>
  parseBuildId(page.get('/index.html')?.plain.body.toString() ?? '')

const plainText = (response: ServerResponse, status: number, text: string): void => {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' })
  response.end(text)
}

const notFound = `Not found

The page of Grapevine is at /. If a proxy adds a path, such as /app/, let the proxy remove it again (nginx: a slash at the
end of proxy_pass), or start the server with BASE_PATH=/app/
`

/** Answers a request for the folder of the page without the slash at its end. */
export const redirectToFolder = (request: IncomingMessage, response: ServerResponse): void => {
  response.setHeader('Location', folderOf(request))
  plainText(response, 307, 'The page is below this address\n')
}

/** Answers a request for a file of the page, or with 404 or 405. */
export const respondWithPage = (page: Page, request: IncomingMessage, response: ServerResponse): void => {
  for (const [name, value] of Object.entries({ ...securityHeaders, ...openerPolicyOf(request) })) {
    response.setHeader(name, value)
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD')
    plainText(response, 405, 'Method not allowed\n')
    return
  }
  const file = page.get((request.url ?? '').replace(/[?#].*$/s, ''))
  if (!file) {
    plainText(response, 404, notFound)
    return
  }
  const acceptsGzip = /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:[,\s]|$))/.test(request.headers['accept-encoding'] ?? '')
  const gzip = acceptsGzip ? file.gzip() : undefined
  const { body, etag } = gzip ?? file.plain
  const headers = { ...file.headers, ETag: etag, ...(gzip && { 'Content-Encoding': 'gzip' }) }
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, headers)
    response.end()
    return
  }
  response.writeHead(200, { ...headers, 'Content-Length': body.length })
  response.end(request.method === 'HEAD' ? undefined : body)
}
