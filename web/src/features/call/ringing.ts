/** A ring that is heard and felt where the browser allows it, and stands in the tab's title. */

const VIBRATION = [500, 300, 500, 1_700]
const EVERY_MS = 3_000
const LOUDNESS = 0.12
/** Two rings of two tones each, in seconds from the beginning of a round. */
const RINGS = [0, 0.6]
const RING_S = 0.4
const TONES_HZ = [440, 554]

function ringOnce(sound: AudioContext): void {
  for (const begin of RINGS) {
    for (const hz of TONES_HZ) {
      const [tone, gain] = [sound.createOscillator(), sound.createGain()]
      const at = sound.currentTime + begin
      tone.frequency.value = hz
      gain.gain.setValueAtTime(0, at)
      gain.gain.linearRampToValueAtTime(LOUDNESS, at + 0.04)
      gain.gain.setValueAtTime(LOUDNESS, at + RING_S - 0.06)
      gain.gain.linearRampToValueAtTime(0, at + RING_S)
      tone.connect(gain).connect(sound.destination)
      tone.start(at)
      tone.stop(at + RING_S)
    }
  }
}

/** Until the returned function is called. A browser that nobody has tapped on yet stays silent. */
export function startRinging(title: string): () => void {
  const before = document.title
  document.title = title
  const sound = typeof AudioContext === 'undefined' ? null : new AudioContext()
  const round = (): void => {
    if (sound?.state === 'running') ringOnce(sound)
    if ('vibrate' in navigator) navigator.vibrate(VIBRATION)
  }
  void sound?.resume().then(round, () => undefined)
  const timer = setInterval(round, EVERY_MS)
  return () => {
    clearInterval(timer)
    if ('vibrate' in navigator) navigator.vibrate(0)
    void sound?.close().catch(() => undefined)
    document.title = before
  }
}
