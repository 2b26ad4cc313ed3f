/** A ring made by the browser itself: two soft tones, again and again until it is stopped. */

const NOTES = [660, 880] as const
const NOTE_S = 0.32
const AGAIN_MS = 2_400
const LOUD = 0.12

function play(context: AudioContext): void {
  NOTES.forEach((pitch, at) => {
    const from = context.currentTime + at * NOTE_S
    const [tone, volume] = [context.createOscillator(), context.createGain()]
    tone.frequency.value = pitch
    volume.gain.setValueAtTime(0, from)
    volume.gain.linearRampToValueAtTime(LOUD, from + 0.03)
    volume.gain.exponentialRampToValueAtTime(0.001, from + NOTE_S)
    tone.connect(volume).connect(context.destination)
    tone.start(from)
    tone.stop(from + NOTE_S)
  })
}

/** A browser that wants a tap first stays silent: the banner and the title ring too. */
export function ring(): () => void {
  if (typeof AudioContext === 'undefined') return () => undefined
  const context = new AudioContext()
  const again = (): void => void context.resume().then(() => play(context), () => undefined)
  again()
  const timer = setInterval(again, AGAIN_MS)
  return () => {
    clearInterval(timer)
    void context.close()
  }
}
