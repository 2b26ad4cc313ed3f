/** In which kind a browser records. */

const KINDS = {
  /** Played as it is recorded, so what plays everywhere first: Safari knows no WebM of old, and every browser knows AAC. */
  note: ['audio/mp4;codecs=mp4a.40.2', 'audio/webm;codecs=opus', 'audio/mp4;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus'],
  /** The house makes one file or a text of it, so what plays where is its affair. Old Safari knows no WebM. */
  sound: ['audio/webm;codecs=opus', 'audio/webm', 'audio/mp4;codecs=mp4a.40.2', 'audio/mp4'],
  film: ['video/webm;codecs=vp8,opus', 'video/webm', 'video/mp4;codecs=avc1.42E01E,mp4a.40.2', 'video/mp4'],
} as const

/** Empty: the browser chooses. */
export const kindFor = (made: keyof typeof KINDS, supports = (kind: string): boolean => MediaRecorder.isTypeSupported(kind)): string => KINDS[made].find((kind) => supports(kind)) ?? ''
