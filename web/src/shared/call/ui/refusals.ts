/** What can be done about a camera or a microphone that gives nothing; and which browser this is, as far as it matters for saying where one is allowed again. */

import type { DeviceFault } from '../../media/faults'

export type Place = 'wechat_android' | 'wechat_ios' | 'ios_safari' | 'ios_app' | 'android' | 'firefox' | 'safari' | 'desktop' | 'other'

export function placeOf(agent: string, touchPoints = 0): Place {
  // An iPad calls itself a Mac, and has fingers.
  const isIos = /iPhone|iPad|iPod/.test(agent) || (/Macintosh/.test(agent) && touchPoints > 1)
  if (/MicroMessenger/i.test(agent)) return isIos ? 'wechat_ios' : 'wechat_android'
  if (isIos) return /CriOS|FxiOS|EdgiOS|MQQBrowser|UCBrowser|baiduboxapp|Quark/i.test(agent) || !/Safari/.test(agent) ? 'ios_app' : 'ios_safari'
  if (/Android|HarmonyOS|OpenHarmony/i.test(agent)) return 'android'
  if (/Firefox/.test(agent)) return 'firefox'
  if (/Chrome|Chromium|Edg/.test(agent)) return 'desktop'
  return /Macintosh.*Safari/.test(agent) ? 'safari' : 'other'
}

/** The key of its words. */
export const mendOf = (fault: DeviceFault): string => (fault === 'refused' ? `check.allow.${placeOf(navigator.userAgent, navigator.maxTouchPoints)}` : `check.mend.${fault}`)
