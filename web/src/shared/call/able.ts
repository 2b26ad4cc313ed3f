/** Whether this browser can carry a call at all: asked at every way into one, before the house gives a seat. */

import { ApiProblem, type Text } from '../api/problem'

/** Old browsers and the inner ones of some apps lack all of it; over an address without https only the devices are missing. */
interface Parts {
  RTCPeerConnection?: unknown
  MediaStream?: unknown
  navigator?: { mediaDevices?: Partial<MediaDevices> }
}

/** `sends`: with a voice or a picture; who only listens needs no device. */
export function isAble({ sends = true } = {}): boolean {
  const { RTCPeerConnection: connection, MediaStream: stream, navigator: own } = globalThis as Parts
  const carries = typeof connection === 'function' && typeof stream === 'function'
  return carries && (!sends || typeof own?.mediaDevices?.getUserMedia === 'function')
}

/** As the device check says it. */
const TEXT: Text = {
  zh: '这个浏览器不能使用摄像头和麦克风。请更新浏览器，或换一个浏览器（如系统自带的浏览器）打开本页；也可以继续用文字问诊。',
  en: 'This browser cannot use the camera and microphone. Update the browser, or open this page in another one (the one that came with the device); or go on in writing.',
}

/** Why there is no call with this browser, and what to do instead. */
export function unable(by: { sends?: boolean } = {}): ApiProblem | null {
  return isAble(by) ? null : new ApiProblem({ status: 0, code: 'call_unable', text: TEXT })
}

/** The same act, refused where it would lead into a call that this browser cannot carry. */
export function ifAble<A extends unknown[], T>(act: (...asked: A) => Promise<T>, by: { sends?: boolean } = {}): (...asked: A) => Promise<T> {
  return async (...asked) => {
    const why = unable(by)
    if (why) throw why
    return act(...asked)
  }
}
