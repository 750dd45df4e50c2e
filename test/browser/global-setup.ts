import type { TestProject } from 'vitest/node'
import { findBrowser } from './browsers/find-browser.ts'
import { findFirefox } from './browsers/find-firefox.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The path of the browser that every test uses. */
    chromePath: string
    /** The path of a Firefox, for `Firefox.launch`. */
    firefoxPath: string
  }
}

export default async function setup(project: TestProject): Promise<void> {
  project.provide('chromePath', await findBrowser())
  project.provide('firefoxPath', await findFirefox())
}
