/** A module that the build generates: see `vite.config.ts`. */
declare module 'virtual:page-files' {
  /** The id of the build (`signal-server/http/build-id.ts`). */
  export const build: string
  /** The page and its hashed files, addressed from the service worker's own address. */
  export const files: { readonly url: string; readonly revision: string | null; readonly integrity?: string }[]
}
