/** Reads a page aloud with the browser's own voices; in short pieces, since some browsers fall silent after fifteen seconds. */

import { readonly, ref } from 'vue'

export type SpeechState = 'quiet' | 'speaking' | 'no_voice'

const LONGEST = 160
const MOST = 40
const VOICES_WITHIN_MS = 1_500
const state = ref<SpeechState>('quiet')

/** Sentences of a text, none longer than a breath. */
export function pieces(text: string): string[] {
  const sentences = text
    .split(/(?<=[。！？；.!?;])\s*|\n+/)
    .map((part) => part.trim())
    .filter((part) => /[\p{L}\p{N}]/u.test(part))
  return sentences
    .flatMap((part) => part.match(new RegExp(`[\\s\\S]{1,${LONGEST}}`, 'gu')) ?? [])
    .slice(0, MOST)
}

/** What a person sees of an element: neither what is hidden nor what is marked as noise. */
export function wordsOf(root: HTMLElement): string {
  const copy = root.cloneNode(true) as HTMLElement
  copy.querySelectorAll('[data-silent], [aria-hidden="true"], svg, script, style, textarea, select, dialog:not([open])').forEach((el) => el.remove())
  copy.querySelectorAll('p, li, h1, h2, h3, dt, dd, label, a, button, div').forEach((el) => el.append('\n'))
  return (copy.textContent).replace(/[ \t]+/g, ' ').trim()
}

function voiceFor(locale: 'zh' | 'en'): SpeechSynthesisVoice | undefined {
  return speechSynthesis.getVoices().find(({ lang }) => lang.toLowerCase().startsWith(locale))
}

async function voice(locale: 'zh' | 'en'): Promise<SpeechSynthesisVoice | undefined> {
  const found = voiceFor(locale)
  if (found || speechSynthesis.getVoices().length > 0) return found
  // Some browsers load their list only after it was asked for once.
  await new Promise<void>((done) => {
    const timer = setTimeout(done, VOICES_WITHIN_MS)
    speechSynthesis.addEventListener('voiceschanged', () => {
      clearTimeout(timer)
      done()
    }, { once: true })
  })
  return voiceFor(locale)
}

export function stopSpeaking(): void {
  if ('speechSynthesis' in window) speechSynthesis.cancel()
  state.value = 'quiet'
}

export async function speak(text: string, locale: 'zh' | 'en'): Promise<void> {
  stopSpeaking()
  const by = 'speechSynthesis' in window ? await voice(locale) : undefined
  if (!by) {
    state.value = 'no_voice'
    return
  }
  const parts = pieces(text)
  state.value = parts.length ? 'speaking' : 'quiet'
  parts.forEach((part, index) => {
    const said = new SpeechSynthesisUtterance(part)
    said.voice = by
    said.lang = by.lang
    said.rate = 0.9
    if (index === parts.length - 1) said.onend = said.onerror = () => (state.value = 'quiet')
    speechSynthesis.speak(said)
  })
}

export const speech = readonly(state)
