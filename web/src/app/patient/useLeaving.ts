/** Signing out: what the account kept on this device goes with it, after a question when messages still wait. */

import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'

import { useAct } from '@/shared/api/act'
import { allauth } from '@/shared/api/allauth'
import { line } from '@/shared/live/line'

export function useLeaving() {
  const { t } = useI18n()
  const router = useRouter()
  const { run, busy, problem } = useAct(() => allauth.signOut())

  async function signOut(): Promise<void> {
    const n = line.waiting.value
    if (n > 0 && !window.confirm(t('home.sign_out_waits', { n }, n))) return
    await run(undefined)
    if (!problem.value) await router.push({ name: 'welcome' })
  }
  return { signOut, busy, problem }
}
