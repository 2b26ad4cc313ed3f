import { shallowRef } from 'vue'
import { describe, expect, it } from 'vitest'

import type { Change, NoticeSettings } from './api'
import { useWishes } from './wishes'

const BEFORE: NoticeSettings = {
  quiet: true,
  quiet_from: '22:00',
  quiet_to: '08:00',
  zone: 'Asia/Shanghai',
  awaited_passes: true,
  kinds: [
    { kind: 'wrote', label: { zh: '回复', en: 'Wrote' }, urgency: 'awaited', channels: { push: true, sms: false } },
    { kind: 'ended', label: { zh: '结束', en: 'Ended' }, urgency: 'calm', channels: { push: true } },
  ],
  devices: [],
  push_key: '',
  reachable: ['push'],
}
const wrote = (push: boolean): Change => ({ choices: { wrote: { push } } })

/** A house that answers when it is told to, with what it has been sent so far. */
function start() {
  const kept = shallowRef<NoticeSettings | undefined>(BEFORE)
  const sent: Change[] = []
  const answers: ((taken: boolean) => void)[] = []
  const found = useWishes(kept, async (change) => {
    sent.push(change)
    const taken = await new Promise<boolean>((done) => answers.push(done))
    const push = change.choices?.['wrote']?.push
    const [first, second] = BEFORE.kinds as [NoticeSettings['kinds'][0], NoticeSettings['kinds'][0]]
    if (taken && push !== undefined) kept.value = { ...BEFORE, kinds: [{ ...first, channels: { ...first.channels, push } }, second] }
    return taken
  })
  const answer = async (taken = true): Promise<void> => {
    answers.shift()?.(taken)
    await new Promise((done) => setTimeout(done))
  }
  const seen = (): boolean | undefined => found.shown.value?.kinds[0]?.channels.push
  return { ...found, sent, answer, seen }
}

describe('a switch', () => {
  it('pressed thrice while it is saved stays as it was pressed last, and is saved so last', async () => {
    const { wish, saved, sent, answer, seen } = start()
    for (const push of [false, true, false]) {
      void wish(wrote(push))
      expect(seen()).toBe(push)
    }
    expect(sent).toEqual([wrote(false)])
    void wish(wrote(true))
    await answer()
    expect([seen(), saved.value]).toEqual([true, false])
    expect(sent).toEqual([wrote(false), wrote(true)])
    void wish(wrote(false))
    await answer()
    expect([seen(), saved.value]).toEqual([false, false])
    await answer()
    expect([seen(), saved.value]).toEqual([false, true])
    expect(sent).toEqual([wrote(false), wrote(true), wrote(false)])
  })

  it('of another kind, and the hours, go together with what waits', async () => {
    const { wish, shown, sent, answer } = start()
    void wish({ quiet: false })
    void wish(wrote(false))
    void wish({ quiet_from: '21:00', choices: { ended: { push: false } } })
    void wish({ choices: { wrote: { sms: true } } })
    expect(shown.value).toMatchObject({ quiet: false, quiet_from: '21:00', kinds: [{ channels: { push: false, sms: true } }, { channels: { push: false } }] })
    await answer()
    expect(sent[1]).toEqual({ quiet_from: '21:00', choices: { wrote: { push: false, sms: true }, ended: { push: false } } })
  })

  it('that the house refuses shows what the house has, and what waited is not sent', async () => {
    const { wish, saved, sent, answer, seen } = start()
    void wish(wrote(false))
    void wish({ quiet: false })
    await answer(false)
    expect([seen(), saved.value, sent.length]).toEqual([true, false, 1])
    void wish(wrote(false))
    await answer()
    expect([seen(), saved.value, sent.length]).toEqual([false, true, 2])
  })
})
