import type { Browser, Page } from 'playwright'

interface TraceEvent {
  readonly name: string
  readonly args?: { readonly data?: { readonly frames?: readonly TracedFrame[] } }
}

interface TracedFrame {
  readonly processId: number
  readonly isOutermostMainFrame?: boolean
}

/** A browser records one trace at a time; the next trace waits for this promise. */
const lastTraces = new WeakMap<Browser, Promise<unknown>>()

/**
 * The id of the process that runs this page. In CDP only a trace shows it: a trace begins with the process of every
 * frame. No process of the browser may be stopped meanwhile, since a trace ends when all processes have delivered theirs.
 */
export const rendererProcessOf = async (page: Page): Promise<number> => {
  const browser = page.context().browser()
  if (!browser) throw new Error('the page has no browser of its own')
  const turn = (lastTraces.get(browser) ?? Promise.resolve()).then(() => traceProcess(browser, page))
  lastTraces.set(
    browser,
    turn.catch(() => undefined),
  )
  return turn
}

const traceProcess = async (browser: Browser, page: Page): Promise<number> => {
  await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline'] })
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: readonly TraceEvent[] }
  const start = trace.traceEvents.find(({ name }) => name === 'TracingStartedInBrowser')
  const frame = start?.args?.data?.frames?.find(({ isOutermostMainFrame }) => isOutermostMainFrame)
  if (!frame) throw new Error(`the trace names no process for ${page.url()}`)
  return frame.processId
}

/** Stops the process, as a debugger does, until `run` has ended; then always continues it. */
export const whileStopped = async (processId: number, run: () => Promise<void>): Promise<void> => {
  process.kill(processId, 'SIGSTOP')
  try {
    await run()
  } finally {
    process.kill(processId, 'SIGCONT')
  }
}
