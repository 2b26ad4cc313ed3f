import { afterEach, describe, expect, it, vi } from 'vitest'

import { pieces, speak, speech, stopSpeaking, wordsOf } from './speech'

afterEach(() => {
  stopSpeaking()
  vi.unstubAllGlobals()
})

describe('reading aloud', () => {
  it('goes by sentences, none longer than a breath', () => {
    expect(pieces('哪里不舒服？请写下来。\n谢谢')).toEqual(['哪里不舒服？', '请写下来。', '谢谢'])
    expect(pieces('x'.repeat(400)).every((one) => one.length <= 160)).toBe(true)
    expect(pieces('—— · ——')).toEqual([])
  })

  it('reads what is seen, without pictures, fields and what is marked as noise', () => {
    const page = document.createElement('main')
    page.innerHTML = '<h1>您好</h1><p data-silent>120</p><svg><title>x</title></svg><textarea>words</textarea><p>现在问医生</p>'
    expect(wordsOf(page).split('\n').filter(Boolean)).toEqual(['您好', '现在问医生'])
  })

  it('says so where the phone has no voice for the language', async () => {
    vi.useFakeTimers()
    vi.stubGlobal('speechSynthesis', { getVoices: () => [{ lang: 'fr-FR' }], cancel: () => undefined, speak: () => undefined, addEventListener: () => undefined })
    await speak('您好', 'zh')
    expect(speech.value).toBe('no_voice')
    vi.useRealTimers()
  })
})
