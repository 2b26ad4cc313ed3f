/** The texts of the patient's app: a phone loads the language in use, and the other one when it is asked for. */

import type { Locale, Messages } from '@/shared/i18n'

export const loadTexts = async (locale: Locale): Promise<Messages> => (locale === 'zh' ? await import('./texts.zh') : await import('./texts.en')).texts
