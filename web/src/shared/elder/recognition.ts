/** The browser's speech recognition, which few types know and some browsers have under a maker's name. */

export interface Recognition {
  lang: string
  continuous: boolean
  interimResults: boolean
  onresult: ((event: { resultIndex: number; results: ArrayLike<ArrayLike<{ transcript: string }>> }) => void) | null
  onerror: (() => void) | null
  onend: (() => void) | null
  start: () => void
  stop: () => void
}

type Maker = new () => Recognition

export function recognizer(): Maker | undefined {
  const there = window as { SpeechRecognition?: Maker; webkitSpeechRecognition?: Maker }
  return there.SpeechRecognition ?? there.webkitSpeechRecognition
}
