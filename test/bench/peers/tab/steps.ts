/** The steps of a tab's first connection, in order. */
export const stepNames = ['server', 'description', 'connected'] as const

/** Milliseconds from the navigation to each step; absent: it was not seen, as in a worker. */
export type Steps = { readonly [Name in (typeof stepNames)[number]]?: number }

/**
 * Notes when this tab first speaks to its server, first describes a connection, and is first connected. On the prototypes,
 * since some libraries keep the constructors.
 */
export const recordSteps = (): (() => Steps) => {
  const steps: { -readonly [Name in keyof Steps]: Steps[Name] } = {}
  const note = (name: keyof Steps): void => {
    steps[name] ??= performance.now()
  }

  // oxlint-disable-next-line typescript/unbound-method -- it is called on the socket
  const { send } = WebSocket.prototype
  WebSocket.prototype.send = function (this: WebSocket, ...args: Parameters<WebSocket['send']>): void {
    note('server')
    return send.apply(this, args)
  }

  // oxlint-disable-next-line typescript/unbound-method -- it is called on the connection
  const { setLocalDescription } = RTCPeerConnection.prototype
  RTCPeerConnection.prototype.setLocalDescription = function (
    this: RTCPeerConnection,
    ...args: Parameters<RTCPeerConnection['setLocalDescription']>
  ): Promise<void> {
    note('description')
    this.addEventListener('connectionstatechange', () => {
      if (this.connectionState === 'connected') note('connected')
    })
    return setLocalDescription.apply(this, args)
  } as RTCPeerConnection['setLocalDescription']

  return () => steps
}
