/**
 * Finds where the frames of a websocket begin (RFC 6455, section 5.2), control frames and fragments included. It skips
 * payloads and checks nothing: the parser after it does.
 */
export class FrameScanner {
  /** Bytes of the current frame's header seen so far; 0: the next byte begins a frame or continues a payload. */
  #headerSeen = 0
  #headerBytes = 0
  #lengthBytes = 0
  #payloadBytes = 0

  /** Walks over the first `end` bytes, but stops before frame number `maxFrames` + 1. */
  walk(bytes: Uint8Array, end: number, maxFrames: number): { end: number; frames: number } {
    let frames = 0
    let at = 0
    while (at < end) {
      if (this.#headerSeen === 0 && this.#payloadBytes > 0) {
        const step = Math.min(this.#payloadBytes, end - at)
        this.#payloadBytes -= step
        at += step
        continue
      }
      if (this.#headerSeen === 0) {
        if (frames === maxFrames) break
        frames += 1
      }
      this.#readHeader(bytes[at] ?? 0)
      at += 1
    }
    return { end: at, frames }
  }

  #readHeader(byte: number): void {
    this.#headerSeen += 1
    if (this.#headerSeen === 1) return
    if (this.#headerSeen === 2) {
      const shortLength = byte & 0x7f
      this.#lengthBytes = shortLength === 126 ? 2 : shortLength === 127 ? 8 : 0
      this.#payloadBytes = this.#lengthBytes === 0 ? shortLength : 0
      this.#headerBytes = 2 + this.#lengthBytes + (byte & 0x80 ? 4 : 0)
    } else if (this.#headerSeen <= 2 + this.#lengthBytes) {
      this.#payloadBytes = this.#payloadBytes * 256 + byte
    }
    if (this.#headerSeen === this.#headerBytes) this.#headerSeen = 0
  }
}
