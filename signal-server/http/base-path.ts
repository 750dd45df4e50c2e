import type { IncomingMessage } from 'node:http'

/** The path that a proxy puts before every request, such as `/app/`; `/` for no path. */
export const isBasePath = (path: string): boolean =>
  /^\/(?:[A-Za-z0-9._~-]+\/)*$/.test(path) && !/\/\.{1,2}\//.test(path)

/**
 * The request's url as if the page were served at `/`. A proxy may put two slashes between its own path and ours
 * (`//assets/…`). Gives undefined for the base path without the slash at its end: there the page would look for its files
 * beside the base path instead of below it.
 */
export const urlBelow = (basePath: string, url: string): string | undefined => {
  const path = url.replace(/^\/+/, '/')
  if (path.startsWith(basePath)) return path.slice(basePath.length - 1)
  return basePath !== '/' && path.split('?', 1)[0] === basePath.slice(0, -1) ? undefined : path
}

/** The request's folder, relative to the request: the path in the browser may be longer than the path here. */
export const folderOf = ({ url = '' }: IncomingMessage): string => {
  const [path = '', ...query] = url.split('?')
  return [`./${path.slice(path.lastIndexOf('/') + 1)}/`, ...query].join('?')
}
