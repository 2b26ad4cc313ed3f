/** As what somebody acted, in words. */

import { useI18n } from 'vue-i18n'

const KNOWN = new Set(['administrator', 'assistant', 'auditor', 'doctor', 'guest', 'operator', 'patient', 'pharmacist', 'relative', 'site_assistant', 'system'])

export function useRoles(): { rolesText: (roles: readonly string[]) => string } {
  const { t } = useI18n({ useScope: 'global' })
  const one = (role: string): string => (KNOWN.has(role) ? t(`audit.roles.${role}`) : role)
  return { rolesText: (roles) => roles.map(one).join(t('common.comma')) }
}
