import type { TestProject } from 'vitest/node'
import { findBrowser } from './find-browser.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The program of the browser that every test uses. */
    chromePath: string
  }
}

export default async function setup(project: TestProject): Promise<void> {
  project.provide('chromePath', await findBrowser())
}
